using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Grains.Fanout;

namespace Connect.Grains.Directory;

/// <summary>
/// This node as the others address it (D2). On the node itself it is called directly: the same interface, no remote
/// call.
/// </summary>
internal sealed class NodeEndpoint(DirectoryPartitions partitions, PartitionDelivery delivery, Lazy<ISessionHub> hub)
    : INodeEndpoint
{
    public Task FanOutAsync(DeliveryBatch batch) => delivery.DeliverAsync(batch);

    public Task PushAsync(DeliveryBatch batch)
    {
        hub.Value.Deliver(batch.Publications);
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
            if (partitions.Find(partitions.Of(user)) is { } partition)
            {
                // Before that it would turn everybody offline.
                await partition.Completion;
                known.Add(partition.Watch(user, watcher));
            }
        }

        return known.DrainToImmutable();
    }

    public Task DoubtAsync(int partition, UserId user, UserId with)
    {
        Find(partition).Doubt(user, with);
        return Task.CompletedTask;
    }

    public Task TellAsync(PresenceNews news)
    {
        hub.Value.Tell(news);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<SessionRoute>> RoutesAsync(int partition)
    {
        var routes = ImmutableArray.CreateBuilder<SessionRoute>();
        foreach (var route in hub.Value.Routes())
        {
            if (partitions.Of(route.User) == partition)
            {
                routes.Add(route);
            }
        }

        return Task.FromResult(routes.DrainToImmutable());
    }

    private DirectoryPartition Find(int partition) =>
        partitions.Find(partition) ?? throw new PartitionMovedException(partition);
}
