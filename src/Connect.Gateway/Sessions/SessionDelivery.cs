using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Typing;
using Connect.Delivery.Watching;
using Connect.Protocol;
using Microsoft.Extensions.Logging;

namespace Connect.Gateway.Sessions;

/// <summary>Hands pushes for this node to the sessions concerned. Reads without a lock and never waits.</summary>
internal sealed class SessionDelivery(
    SessionTable table,
    MemberCache members,
    PresenceFeed presence,
    ILogger<SessionDelivery> log
) : ISessionHub
{
    public void Deliver(ImmutableArray<Publication> publications)
    {
        foreach (var publication in publications)
        {
            var outgoing = new OutgoingPublication(publication);
            members.Notice(publication);
            foreach (var user in publication.Recipients)
            {
                Deliver(outgoing, table.Find(user));
            }
        }
    }

    public void DeliverPresence(PresenceUpdate update) => presence.Push(update);

    public ImmutableArray<SessionRoute> Routes(NodeId node) => table.Routes(node);

    private void Deliver(OutgoingPublication outgoing, Session[] sessions)
    {
        foreach (var session in sessions)
        {
            try
            {
                session.Pushes.Deliver(outgoing, session.Id);
                session.Typing.Deliver(outgoing.Publication);
            }
            catch (Exception exception)
            {
                // The others get it all the same; this one reconnects and syncs.
                GatewayLog.PushFailed(log, exception, session.Id);
                session.Close(CloseCode.Overloaded, discard: true);
            }
        }
    }
}
