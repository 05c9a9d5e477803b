using System.Net;
using Connect.Doors.Limits;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Gateway.Limits;

/// <summary>Failures are paid before it is known whether there is one.</summary>
public sealed class FailureBudgetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Any_number_of_attempts_that_do_not_fail_go_through()
    {
        var budget = Make(3);
        var begun = Enumerable.Range(0, 60).Select(_ => budget.BeginAsync("ann", Cancel).AsTask()).ToList();
        Assert.Equal(3, begun.Count(each => each.IsCompleted));
        while (begun.Count > 0)
        {
            var next = await Task.WhenAny(begun);
            begun.Remove(next);
            Assert.Equal(TimeSpan.Zero, await next);
            budget.End("ann", failed: false);
        }

        Assert.Equal(0, budget.Count);
    }

    [Fact]
    public async Task Of_a_storm_of_failures_no_more_run_than_there_are_units()
    {
        var budget = Make(3);
        var begun = Enumerable.Range(0, 60).Select(_ => budget.BeginAsync("ann", Cancel).AsTask()).ToList();
        for (var i = 0; i < 3; i++)
        {
            budget.End("ann", failed: true);
        }

        var waits = await Task.WhenAll(begun);
        Assert.Equal(3, waits.Count(wait => wait == TimeSpan.Zero));
        Assert.Equal(0, budget.Count);
        Assert.True(await budget.BeginAsync("ann", Cancel) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, await budget.BeginAsync("bob", Cancel));
    }

    [Fact]
    public async Task Who_leaves_while_waiting_takes_nothing()
    {
        var budget = Make(1);
        await budget.BeginAsync("ann", Cancel);
        using var left = new CancellationTokenSource();
        var waiting = budget.BeginAsync("ann", left.Token).AsTask();
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        budget.End("ann", failed: false);
        Assert.Equal(TimeSpan.Zero, await budget.BeginAsync("ann", Cancel));
    }

    [Fact]
    public async Task No_more_wait_than_the_limit()
    {
        var budget = Make(1);
        await budget.BeginAsync("ann", Cancel);
        var waiting = Enumerable
            .Range(0, LoginRates.MaxWaiting)
            .Select(_ => budget.BeginAsync("ann", Cancel).AsTask())
            .ToList();
        Assert.DoesNotContain(waiting, each => each.IsCompleted);
        Assert.True(await budget.BeginAsync("ann", Cancel) > TimeSpan.Zero);
        budget.End("ann", failed: true);
        Assert.DoesNotContain(TimeSpan.Zero, await Task.WhenAll(waiting));
    }

    [Fact]
    public void A_site_of_many_networks_has_the_limit_of_eight()
    {
        var rate = new AddressRate(Rate.Of(2, TimeSpan.FromHours(1)), 100_000, _time);
        var taken = 0;
        for (var network = 0; network < 1_000; network++)
        {
            var address = ClientAddress.Of(IPAddress.Parse($"2001:db8:1:{network:x}::1"));
            taken += rate.Take(address) == TimeSpan.Zero ? 1 : 0;
        }

        Assert.Equal(2 * ClientAddress.SiteFactor, taken);
        Assert.Equal(TimeSpan.Zero, rate.Take(ClientAddress.Of(IPAddress.Parse("2001:db8:2::1"))));
        Assert.Equal(TimeSpan.Zero, rate.Take(ClientAddress.Of(IPAddress.Parse("192.0.2.1"))));
    }

    [Fact]
    public void A_network_whose_site_is_at_its_limit_loses_nothing_of_its_own()
    {
        var rate = new AddressRate(Rate.Of(2, TimeSpan.FromHours(1)), 100_000, _time);
        for (var network = 1; network <= 16; network++)
        {
            Assert.Equal(TimeSpan.Zero, rate.Take(ClientAddress.Of(IPAddress.Parse($"2001:db8:1:{network:x}::1"))));
        }

        var last = ClientAddress.Of(IPAddress.Parse("2001:db8:1:ff::1"));
        Assert.True(rate.Take(last) > TimeSpan.Zero);
        rate.GiveBack(ClientAddress.Of(IPAddress.Parse("2001:db8:1:1::1")));
        rate.GiveBack(ClientAddress.Of(IPAddress.Parse("2001:db8:1:2::1")));
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero], new[] { rate.Take(last), rate.Take(last) });
    }

    [Fact]
    public void More_tokens_than_the_bucket_holds_are_all_of_them()
    {
        var rate = new AddressRate(Rate.Of(10, TimeSpan.FromMinutes(1)), 1_000, _time);
        var address = ClientAddress.Of(IPAddress.Parse("192.0.2.1"));
        Assert.Equal(TimeSpan.Zero, rate.Take(address, 4));
        Assert.Equal(TimeSpan.FromSeconds(24), rate.Take(address, 100));
        _time.Advance(TimeSpan.FromSeconds(24));
        Assert.Equal(TimeSpan.Zero, rate.Take(address, 100));
        Assert.Equal(TimeSpan.FromSeconds(6), rate.Take(address));
    }

    private FailureBudget<string> Make(int failures)
    {
        var rate = new RateTable<string>(Rate.Of(failures, TimeSpan.FromHours(1)), 1_000, _time);
        return new(new(key => rate.Take(key), key => rate.GiveBack(key)), LoginRates.MaxWaiting);
    }
}
