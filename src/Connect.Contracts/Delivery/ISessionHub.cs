using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>A gateway as the fan-out sees it: the sessions of one node.</summary>
public interface ISessionHub
{
    /// <summary>
    /// Hands publications to the queues of this node's sessions and returns without waiting for any socket. From then
    /// on the gateway answers for it: what a queue has no room for becomes a hint or <c>lagging</c> there.
    /// </summary>
    void Deliver(ImmutableArray<Publication> publications);

    /// <summary>Takes changes of users this node watches, and returns without waiting for anything.</summary>
    void DeliverPresence(PresenceUpdate update);

    /// <summary>The sessions held now, as routes to this node. For a partition that has just started.</summary>
    /// <param name="node">This node.</param>
    ImmutableArray<SessionRoute> Routes(NodeId node);
}
