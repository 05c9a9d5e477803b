using Connect.Contracts.Delivery;
using Connect.Contracts.Storage;
using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Commands;

/// <summary>The answer to <c>hello</c>.</summary>
internal sealed class WelcomeFrames(
    ISessionDirectory directory,
    IStoreIncarnation store,
    TimeProvider time,
    IOptions<GatewayOptions> options
)
{
    public Welcome Of(Session session, RouteRegistration registration)
    {
        var limits = options.Value;
        return new()
        {
            User = session.User.ToString(),
            Session = session.Id.ToString(),
            Device = session.Device.ToString(),
            Node = directory.Node.ToString(),
            Incarnation = registration.Incarnation,
            Store = store.Incarnation,
            ServerTime = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds(),
            Limits = new()
            {
                Frame = (uint)limits.MessageBytes,
                Text = (uint)limits.TextBytes,
                InFlight = (uint)limits.InFlight,
                SendRate = (uint)limits.SendRate,
            },
            PingMs = (uint)limits.PingInterval.TotalMilliseconds,
            TokenExpiresAt = (ulong)session.TokenExpiresAt,
            Resumed = registration.Outcome switch
            {
                ResumeOutcome.Full => Resumed.Full,
                ResumeOutcome.Partial => Resumed.Partial,
                _ => Resumed.No,
            },
            Changed = { registration.Changed.Select(ToWire) },
            Refresh = registration.Outcome != ResumeOutcome.No && registration.Refresh,
        };
    }

    private static Position ToWire(ConversationPosition position) =>
        new() { Conversation = position.Conversation.ToString(), Seq = (ulong)position.Seq };
}
