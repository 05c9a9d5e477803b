using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Tests.Cost;

/// <summary>The fan-out of one node: each publication is counted and goes to the sessions here at once.</summary>
internal sealed class CountedDelivery(ISessionHub hub, WorkMeter meter) : ISessionHub, IPublisher
{
    public void Publish(Publication publication) => Deliver([publication]);

    public void Deliver(ImmutableArray<Publication> publications)
    {
        foreach (var publication in publications)
        {
            meter.Publish(publication);
        }

        hub.Deliver(publications);
    }

    public void DeliverPresence(PresenceUpdate update) => hub.DeliverPresence(update);

    public ImmutableArray<SessionRoute> Routes(NodeId node) => hub.Routes(node);
}
