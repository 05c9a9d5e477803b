using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Directory;
using Connect.Delivery.Fanout;

namespace Connect.Delivery.Nodes;

/// <summary>
/// This node as the others address it. The node itself calls it directly, without a remote call.
/// </summary>
internal sealed class NodeEndpoint : INodeEndpoint
{
    private readonly DirectoryPartitions _partitions;
    private readonly PartitionDelivery _delivery;
    private readonly ISessionHub _hub;
    private readonly LocalNode _local;

    public NodeEndpoint(
        DirectoryPartitions partitions,
        PartitionDelivery delivery,
        ISessionHub hub,
        LocalNode local,
        NodeTable nodes
    )
    {
        (_partitions, _delivery, _hub, _local) = (partitions, delivery, hub, local);
        nodes.Join(local.Id, this);
    }

    public Task FanOutAsync(DeliveryBatch batch) => _delivery.DeliverAsync(batch);

    public Task PushAsync(DeliveryBatch batch)
    {
        _hub.Deliver(batch.Publications);
        return Task.CompletedTask;
    }

    public Task<RouteRegistration> RegisterAsync(int partition, SessionRoute route, ResumeClaim? claim) =>
        Task.FromResult(Find(partition).Register(route, claim));

    public Task UnregisterAsync(int partition, SessionRoute route, RouteEnding ending)
    {
        Find(partition).Remove(route, ending);
        return Task.CompletedTask;
    }

    public async Task<ImmutableArray<PresenceStatus>> WatchAsync(NodeId watcher, ImmutableArray<UserId> users)
    {
        var known = ImmutableArray.CreateBuilder<PresenceStatus>(users.Length);
        foreach (var user in users)
        {
            if (_partitions.Find(_partitions.Of(user)) is { } partition)
            {
                // Until then everybody would look offline.
                await partition.Completion;
                known.Add(partition.Watch(user, watcher));
            }
        }

        return known.DrainToImmutable();
    }

    public Task InvalidateAsync(int partition, UserId user, UserId with)
    {
        Find(partition).Invalidate(user, with);
        return Task.CompletedTask;
    }

    public Task PushPresenceAsync(PresenceUpdate update)
    {
        _hub.DeliverPresence(update);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<SessionRoute>> RoutesAsync(int partition)
    {
        var routes = ImmutableArray.CreateBuilder<SessionRoute>();
        foreach (var route in _hub.Routes(_local.Id))
        {
            if (_partitions.Of(route.User) == partition)
            {
                routes.Add(route);
            }
        }

        return Task.FromResult(routes.DrainToImmutable());
    }

    private DirectoryPartition Find(int partition) =>
        _partitions.Find(partition) ?? throw new PartitionMovedException(partition);
}

/// <summary>
/// Makes this node's endpoint addressable while the silo runs. The runtime holds the object weakly; the container
/// keeps it alive for the life of the process.
/// </summary>
internal sealed class NodeEndpointReference(NodeEndpoint endpoint, IGrainFactory grains)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private INodeEndpoint? _reference;

    /// <summary>The reference that other nodes call.</summary>
    public INodeEndpoint Value =>
        _reference ?? throw new InvalidOperationException("The silo has not started: the node has no address yet.");

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(
            nameof(NodeEndpointReference),
            ServiceLifecycleStage.ApplicationServices,
            _ =>
            {
                _reference = grains.CreateObjectReference<INodeEndpoint>(endpoint);
                return Task.CompletedTask;
            },
            _ =>
            {
                grains.DeleteObjectReference<INodeEndpoint>(Value);
                return Task.CompletedTask;
            }
        );
}
