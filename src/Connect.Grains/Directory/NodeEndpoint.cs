using System.Collections.Immutable;
using Connect.Contracts.Delivery;
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

    public Task<string> RegisterAsync(int partition, SessionRoute route)
    {
        var held = Find(partition);
        held.Add(route);
        return Task.FromResult(held.Incarnation);
    }

    public Task UnregisterAsync(int partition, SessionRoute route)
    {
        Find(partition).Remove(route);
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
