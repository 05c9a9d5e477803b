using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>
/// A node as other nodes address it: traffic between nodes goes here, batched per target, not through grains (D2, D7).
/// </summary>
[Alias("INodeEndpoint")]
public interface INodeEndpoint : IGrainObserver
{
    /// <summary>From a committing node to the node that hosts the recipients' partitions. Completes when the gateways
    /// concerned acknowledged or left.</summary>
    [Alias("FanOut")]
    Task FanOutAsync([Immutable] DeliveryBatch batch);

    /// <summary>From a partition's node to a gateway.</summary>
    [Alias("Push")]
    Task PushAsync([Immutable] DeliveryBatch batch);

    /// <summary>From a gateway to a partition's node. The route is there before the claim to
    /// resume is looked at.</summary>
    [Alias("Register")]
    Task<RouteRegistration> RegisterAsync(int partition, SessionRoute route, ResumeClaim? claim);

    [Alias("Unregister")]
    Task UnregisterAsync(int partition, SessionRoute route, RouteEnding ending);

    /// <summary>
    /// From a gateway to the node of the users' partitions: tells their presence now, and for a while each change of
    /// it. Whose partition is not there is left out of the answer.
    /// </summary>
    [Alias("Watch")]
    Task<ImmutableArray<PresenceStatus>> WatchAsync(NodeId watcher, [Immutable] ImmutableArray<UserId> users);

    /// <summary>
    /// From a gateway to a partition's node: who may see a user changed, with regard to one other or to all.
    /// </summary>
    [Alias("Doubt")]
    Task DoubtAsync(int partition, UserId user, UserId with);

    /// <summary>From a partition's node to a gateway that watches.</summary>
    [Alias("Tell")]
    Task TellAsync([Immutable] PresenceUpdate news);

    /// <summary>Asked by a partition that started anew.</summary>
    [Alias("Routes")]
    Task<ImmutableArray<SessionRoute>> RoutesAsync(int partition);
}
