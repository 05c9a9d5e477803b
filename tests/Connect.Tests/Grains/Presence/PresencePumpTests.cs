using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Connect.Delivery.Nodes;
using Connect.Delivery.Presence;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Grains.Presence;

/// <summary>The way from the partitions of a node to the gateways that watch.</summary>
public sealed class PresencePumpTests : IDisposable
{
    private static readonly NodeId Near = new(1);
    private static readonly NodeId Far = new(2);

    private readonly FakeTimeProvider _time = new();
    private readonly PresenceOptions _options = new() { MaxBatch = 3, MaxWaitingInvalidations = 5 };
    private readonly DirectoryPartitions _partitions = new(Options.Create(new DirectoryOptions { Partitions = 2 }));
    private readonly FakeEndpoint _near = new();
    private readonly FakeEndpoint _far = new();
    private readonly PresencePump _pump;

    public PresencePumpTests()
    {
        for (var number = 0; number < 2; number++)
        {
            var partition = new DirectoryPartition(number, "x", new(_options, _time), new(new(), _time));
            partition.Complete();
            _partitions.Open(partition);
        }

        var nodes = new Nodes(new() { [Near] = _near, [Far] = _far });
        _pump = new(_partitions, nodes, Options.Create(_options), _time, NullLogger<PresencePump>.Instance);
    }

    public void Dispose() => _pump.Dispose();

    [Fact]
    public void Each_gateway_is_told_of_those_it_watches_and_of_nobody_else()
    {
        Watch(Near, 1, 2);
        Watch(Far, 2, 3);
        Come(1, 2, 3, 4);
        _pump.Pump();
        Assert.Equal([1, 2], ToldTo(_near));
        Assert.Equal([2, 3], ToldTo(_far));
        _pump.Pump();
        Assert.Single(_near.Told);
    }

    [Fact]
    public void One_call_carries_so_much_and_the_rest_goes_with_the_next()
    {
        Watch(Near, 1, 2, 3, 4, 5);
        Come(1, 2, 3, 4, 5);
        Of(1).Invalidate(new(1), default);
        _pump.Pump();
        Assert.Equal([1, 2, 3, 4, 5], ToldTo(_near));
        Assert.All(_near.Told, update => Assert.InRange(update.Changes.Length + update.Invalidations.Length, 1, 3));
        Assert.Single(_near.Told.SelectMany(update => update.Invalidations));
    }

    [Fact]
    public async Task While_a_gateway_does_not_answer_the_last_word_on_each_user_waits_and_others_are_told()
    {
        var answer = new TaskCompletionSource();
        _near.Before = () => answer.Task;
        Watch(Near, 1, 2);
        Watch(Far, 2);
        Come(1);
        _pump.Pump();
        var session = Come(2)[0];
        _pump.Pump();
        Of(2).Remove(session, RouteEnd.Left);
        _pump.Pump();
        Assert.Empty(_near.Told);
        Assert.Equal([2, 2], ToldTo(_far));

        answer.SetResult();
        await Gateway.Eventually.TrueAsync(() => _near.Told.Count == 1, "the first call is answered");
        _pump.Pump();
        await Gateway.Eventually.TrueAsync(() => _near.Told.Count == 2, "the second call");
        Assert.False(Assert.Single(_near.Told.Last().Changes).IsOnline);
    }

    [Fact]
    public void Waiting_invalidations_are_bounded_and_a_later_answer_shows_that_some_were_lost()
    {
        _near.Before = () => new TaskCompletionSource().Task;
        Watch(Near, 1);
        Come(1);
        _pump.Pump();
        for (var i = 0; i < 9; i++)
        {
            Of(1).Invalidate(new(1), new(2));
        }

        var before = Of(1).Watch(new(1), Near).Revision;
        _pump.Pump();
        Of(1).Invalidate(new(1), new(2));
        Assert.NotEqual(before, Of(1).Watch(new(1), Near).Revision);
        Assert.Equal(_options.MaxWaitingInvalidations, _pump.WaitingInvalidations(Near));
    }

    [Fact]
    public void A_gateway_that_fails_or_left_stops_nobody()
    {
        _near.Before = () => throw new InvalidOperationException("gone");
        Watch(Near, 1);
        Watch(Far, 1);
        Watch(new(3), 1);
        Come(1);
        _pump.Pump();
        Assert.Equal([1], ToldTo(_far));
        _near.Before = () => Task.CompletedTask;
        Of(1).Invalidate(new(1), default);
        _pump.Pump();
        Assert.Single(_near.Told);
    }

    private static List<int> ToldTo(FakeEndpoint endpoint) =>
        [.. endpoint.Told.SelectMany(update => update.Changes).Select(change => (int)change.User.Value).Order()];

    private DirectoryPartition Of(int user) => _partitions.Find(_partitions.Of(new((UInt128)user)))!;

    private void Watch(NodeId node, params int[] users)
    {
        foreach (var user in users)
        {
            Of(user).Watch(new((UInt128)user), node);
        }
    }

    private List<SessionRoute> Come(params int[] users)
    {
        var routes = new List<SessionRoute>();
        foreach (var user in users)
        {
            routes.Add(new(new((UInt128)user), SessionId.NewRandom(), Near));
            Of(user).Add(routes[^1]);
        }

        return routes;
    }

    private sealed class Nodes(Dictionary<NodeId, INodeEndpoint> nodes) : IClusterNodes
    {
        public ImmutableArray<INodeEndpoint> Gateways => [.. nodes.Values];

        public INodeEndpoint? Find(NodeId node) => nodes.GetValueOrDefault(node);
    }
}
