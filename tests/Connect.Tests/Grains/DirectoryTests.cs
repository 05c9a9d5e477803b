using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Connect.Delivery.Fanout;
using Connect.Delivery.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>
/// Who is where: routes, their end, partitions that start anew or moved, and the way to the gateways.
/// </summary>
public sealed class DirectoryTests
{
    private static readonly UserId Ann = new(1);
    private static readonly UserId Bob = new(2);

    private readonly LocalNode _local = new();
    private readonly NodeId _otherNode = NodeId.NewRandom();
    private readonly FakeEndpoint _other = new();
    private readonly Hub _hub = new();
    private readonly DirectoryPartitions _partitions = new(Options.Create(new DirectoryOptions { Partitions = 4 }));

    [Fact]
    public void A_route_is_found_until_it_ends()
    {
        var partition = new DirectoryPartition(
            0,
            "x",
            new(new(), TimeProvider.System),
            new(new(), TimeProvider.System)
        );
        var first = Route(Ann, _local.Id);
        var second = Route(Ann, _otherNode);
        partition.Add(first);
        partition.Add(second);
        partition.Add(second);

        Assert.Equal([first, second], partition.Find(Ann));
        partition.Remove(first, RouteEnd.Broken);
        Assert.Equal([second], partition.Find(Ann));
        partition.Remove(second, RouteEnd.Broken);
        Assert.Empty(partition.Find(Ann));
        Assert.Empty(partition.Find(Bob));
    }

    [Fact]
    public void A_session_that_ended_while_the_partition_started_does_not_come_back()
    {
        var partition = new DirectoryPartition(
            0,
            "x",
            new(new(), TimeProvider.System),
            new(new(), TimeProvider.System)
        );
        var ended = Route(Ann, _otherNode);
        var alive = Route(Ann, _otherNode);
        partition.Remove(ended, RouteEnd.Broken);
        partition.AddKnown([ended, alive]);

        Assert.Equal([alive], partition.Find(Ann));
        Assert.False(partition.IsComplete);
        partition.Complete();
        Assert.True(partition.IsComplete);
    }

    [Fact]
    public async Task A_batch_goes_to_the_hub_here_and_once_to_each_other_gateway()
    {
        Open(Ann).Add(Route(Ann, _local.Id));
        var bobs = Open(Bob);
        bobs.Add(Route(Bob, _otherNode));
        bobs.Add(Route(Bob, _otherNode));

        await Delivery().DeliverAsync(Batch(Hint(1, 1), Hint(1, 2)));

        Assert.Equal([1, 2], _hub.Delivered.Select(publication => publication.Head));
        var pushed = Assert.Single(_other.Pushed).Publications;
        Assert.Equal([1, 2], pushed.Select(publication => publication.Head));
        Assert.All(pushed, publication => Assert.Equal([Bob], publication.Recipients));
    }

    [Fact]
    public async Task Nobody_online_means_no_call()
    {
        Open(Ann);
        Open(Bob);
        await Delivery().DeliverAsync(Batch(Hint(1, 1)));
        Assert.Empty(_hub.Delivered);
        Assert.Empty(_other.Pushed);
    }

    [Fact]
    public async Task A_batch_for_a_partition_that_is_not_here_is_not_acknowledged()
    {
        Open(Ann).Add(Route(Ann, _local.Id));
        await Assert.ThrowsAsync<PartitionMovedException>(() => Delivery().DeliverAsync(Batch(Hint(1, 1))));
        Assert.Single(_hub.Delivered);
    }

    [Fact]
    public async Task A_partition_that_starts_anew_hints_at_what_came_meanwhile_and_acknowledges_then()
    {
        Open(Ann);
        var starting = new DirectoryPartition(
            _partitions.Of(Bob),
            "new",
            new(new(), TimeProvider.System),
            new(new(), TimeProvider.System)
        );
        _partitions.Open(starting);

        var delivery = Delivery().DeliverAsync(Batch(Hint(1, 7)));
        Assert.False(delivery.IsCompleted);
        starting.AddKnown([Route(Bob, _local.Id)]);
        starting.Complete();
        await delivery;

        var hint = Assert.Single(_hub.Delivered);
        Assert.True(hint.IsHint);
        Assert.Equal(7, hint.Head);
    }

    [Fact]
    public async Task A_registration_finds_a_partition_that_moved()
    {
        var located = 0;
        var endpoint = new NodeEndpoint(_partitions, Delivery(), _hub, _local, new());
        var map = new PartitionMap(
            _partitions,
            _local,
            endpoint,
            _ =>
            {
                if (++located == 2)
                {
                    Open(Ann);
                }

                return Task.FromResult(new PartitionHost(_local.Id, endpoint, "x"));
            }
        );
        var options = Options.Create(new DirectoryOptions { RegisterPause = TimeSpan.Zero });
        var directory = new SessionDirectory(
            _local,
            map,
            options,
            TimeProvider.System,
            NullLogger<SessionDirectory>.Instance
        );
        var session = SessionId.NewRandom();

        Assert.Equal("incarnation", (await directory.RegisterAsync(Ann, session, null)).Incarnation);
        Assert.Equal(2, located);
        Assert.Equal(session, Assert.Single(_partitions.Find(_partitions.Of(Ann))!.Find(Ann)).Session);

        await directory.UnregisterAsync(Ann, session, RouteEnd.Left);
        Assert.Empty(_partitions.Find(_partitions.Of(Ann))!.Find(Ann));
    }

    private static Publication Hint(ulong conversation, long head) =>
        Publication.Hint(new(conversation), head, [Ann, Bob]);

    private DeliveryBatch Batch(params Publication[] publications) => new(_otherNode, 1, [.. publications]);

    private static SessionRoute Route(UserId user, NodeId node) => new(user, SessionId.NewRandom(), node);

    private DirectoryPartition Open(UserId user)
    {
        var partition = new DirectoryPartition(
            _partitions.Of(user),
            "incarnation",
            new(new(), TimeProvider.System),
            new(new(), TimeProvider.System)
        );
        partition.Complete();
        _partitions.Open(partition);
        return partition;
    }

    private PartitionDelivery Delivery() => new(_partitions, _local, _hub, new Nodes(_otherNode, _other));

    private sealed class Hub : ISessionHub
    {
        public List<Publication> Delivered { get; } = [];

        public void Deliver(ImmutableArray<Publication> publications) => Delivered.AddRange(publications);

        public void DeliverPresence(PresenceUpdate update) { }

        public ImmutableArray<SessionRoute> Routes(NodeId node) => [];
    }

    private sealed class Nodes(NodeId node, FakeEndpoint endpoint) : IClusterNodes
    {
        public ImmutableArray<INodeEndpoint> Gateways => [endpoint];

        public INodeEndpoint? Find(NodeId wanted) => wanted == node ? endpoint : null;
    }
}
