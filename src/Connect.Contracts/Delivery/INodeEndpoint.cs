using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>
/// A node as other nodes address it: their traffic goes here, batched per target, not through grains (ADR 0010).
/// </summary>
[Alias("INodeEndpoint")]
public interface INodeEndpoint : IGrainObserver
{
    /// <summary>From a committing node to the node that hosts the recipients' partitions. Completes once the gateways
    /// concerned have acknowledged or left.</summary>
    [Alias("FanOut")]
    Task FanOutAsync([Immutable] DeliveryBatch batch);

    /// <summary>From a partition's node to a gateway.</summary>
    [Alias("Push")]
    Task PushAsync([Immutable] DeliveryBatch batch);

    /// <summary>From a gateway to a partition's node. The route is added before the claim to
    /// resume is judged.</summary>
    [Alias("Register")]
    Task<RouteRegistration> RegisterAsync(int partition, SessionRoute route, ResumeClaim? claim);

    [Alias("Unregister")]
    Task UnregisterAsync(int partition, SessionRoute route, RouteEnding ending);

    /// <summary>
    /// From a gateway to the node of the users' partitions: returns their presence, and pushes changes until the lease
    /// ends. Users whose partition is not there are left out of the answer.
    /// </summary>
    [Alias("Watch")]
    Task<ImmutableArray<PresenceStatus>> WatchAsync(NodeId watcher, [Immutable] ImmutableArray<UserId> users);

    /// <summary>
    /// From a gateway to a partition's node: who may see a user has changed, for one other or for all.
    /// </summary>
    [Alias("Invalidate")]
    Task InvalidateAsync(int partition, UserId user, UserId with);

    /// <summary>From a partition's node to a gateway that watches.</summary>
    [Alias("PushPresence")]
    Task PushPresenceAsync([Immutable] PresenceUpdate update);

    /// <summary>Asked by a partition that has just started.</summary>
    [Alias("Routes")]
    Task<ImmutableArray<SessionRoute>> RoutesAsync(int partition);
}
