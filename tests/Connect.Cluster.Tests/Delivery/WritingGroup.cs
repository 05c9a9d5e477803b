using System.Diagnostics;
using Connect.LoadGen.Checking;
using Connect.LoadGen.Groups;
using Connect.LoadGen.Load;
using Connect.LoadGen.Measuring;
using Xunit;

namespace Connect.Cluster.Tests.Delivery;

/// <summary>
/// A group in which everybody writes, at a rate of its own whatever the server does, marks and types; all that a device
/// is given is checked as it comes.
/// </summary>
internal sealed class WritingGroup : IAsyncDisposable
{
    private static readonly TimeSpan TickTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly SemaphoreSlim _window = new(0);
    private readonly CancellationTokenSource _ending = new();
    private Task _lives = Task.CompletedTask;
    private Task _ticking = Task.CompletedTask;

    private WritingGroup() => Totals = new(_window);

    public GroupTotals Totals { get; }

    public List<GroupDevice> Devices { get; } = [];

    /// <summary>The one that may stop reading; its link is that of a far network.</summary>
    public GroupDevice Last => Devices[^1];

    public long Head => Devices.Max(device => device.OwnNewest);

    /// <summary>From the sending to the deliveries so far.</summary>
    public LatencyHistogram Latencies => Totals.Latencies;

    public static async Task<WritingGroup> GatherAsync(
        LoadServer server,
        string name,
        int members,
        int textLength,
        CancellationToken cancellation
    )
    {
        var group = new WritingGroup();
        var users = Enumerable.Range(0, members).Select(i => server.NewUser($"{name}-{i}")).ToArray();
        await server.MakeAccountsAsync(users, cancellation);
        var conversation = await server.CreateGroupAsync(name, users, cancellation);
        var order = new SharedOrder();
        foreach (var (number, user) in users.Index())
        {
            var log = new DeviceLog($"{name} {number}", members, order, group.Totals.Faults, own: number);
            group.Devices.Add(new(user, conversation, number, log, group.Totals, textLength));
        }

        group.Last.BeSlow();
        group._lives = Task.WhenAll(group.Devices.Select(device => device.LiveAsync(group._ending.Token)));
        await group.UntilAsync("is online", device => device.IsLive, cancellation);
        group._ticking = group.TickAsync();
        return group;
    }

    /// <summary>Everybody but those writes in turn; returns when all of it is acknowledged.</summary>
    public async Task WriteAsync(int count, int perSecond, CancellationToken cancellation, params GroupDevice[] not)
    {
        var writers = Devices.Except(not).ToList();
        var watch = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var sent = 0; sent < count; )
        {
            for (; sent < Math.Min(count, watch.Elapsed.TotalSeconds * perSecond); sent++)
            {
                writers[sent % writers.Count].Send();
            }

            await tick.WaitForNextTickAsync(cancellation);
        }

        await UntilAsync("all is acknowledged", _ => Totals.Acked == Totals.Sent, cancellation);
    }

    /// <summary>Waits until something is true of all devices but those.</summary>
    public async Task UntilAsync(
        string what,
        Predicate<GroupDevice> isTrue,
        CancellationToken cancellation,
        params GroupDevice[] not
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var waiting = Devices.Except(not).ToList();
        while (waiting.RemoveAll(isTrue) >= 0 && waiting.Count > 0)
        {
            Assert.False(_lives.IsFaulted, _lives.Exception?.ToString());
            try
            {
                await tick.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                var first = waiting[0];
                Assert.Fail($"Not true of {waiting.Count}, as of {first.Name} at {first.Position} of {Head}: {what}");
            }
        }
    }

    /// <summary>Nothing was lost, came twice or elsewhere, and nobody was refused or cut off.</summary>
    public void AssertClean(int written, params GroupDevice[] not)
    {
        int[] sent = [.. Devices.Select(device => device.Sent)];
        Assert.Equal(written, sent.Sum());
        Assert.Equal(written, Totals.Acked);
        foreach (var device in Devices.Except(not))
        {
            device.Settle(sent);
        }

        Assert.False(Totals.Faults.Any, string.Join("; ", Totals.Faults.Problems));
        Assert.Empty(Totals.Failures);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        await _ending.CancelAsync();
        Devices.ForEach(device => device.End());
        try
        {
            await Task.WhenAll(_lives, _ticking);
        }
        catch (OperationCanceledException)
        {
            // Those that were away do not come back.
        }

        _ending.Dispose();
        _window.Dispose();
    }

    private async Task TickAsync()
    {
        using var tick = new PeriodicTimer(TickTime);
        for (var round = 0; await tick.WaitForNextTickAsync(_ending.Token); round++)
        {
            foreach (var (number, device) in Devices.Index())
            {
                device.Tick(0);
                if (number % 8 == round % 8)
                {
                    device.Type(round / 8 % 2 == 0);
                }
            }
        }
    }
}
