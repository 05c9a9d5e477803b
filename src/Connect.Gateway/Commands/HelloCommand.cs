using Connect.Accounts.Identity;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.State;
using Connect.Doors.Limits;
using Connect.Gateway.Metrics;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Commands;

/// <summary>
/// The first frame: who is this. The route is registered before the answer, so that everything committed after
/// <c>welcome</c> reaches the session.
/// </summary>
internal sealed class HelloCommand(
    IAccessTokens tokens,
    ISessionDirectory directory,
    SessionTable table,
    WelcomeFrames welcomes,
    GatewayMetrics metrics,
    ILogger<HelloCommand> log
)
{
    public async Task ExecuteAsync(Session session, ClientFrame frame)
    {
        var request = new SessionRequest(frame.Id);
        session.Began(request);
        if (frame.BodyCase != ClientFrame.BodyOneofCase.Hello)
        {
            Refuse(session, request, ErrorCode.HelloExpected, CloseCode.BadProtocol);
            return;
        }

        try
        {
            await GreetAsync(session, request, frame.Hello);
        }
        catch (Exception exception)
        {
            GatewayLog.HelloFailed(log, exception, session.Id);
            Refuse(session, request, ErrorCode.Unavailable, CloseCode.Overloaded);
        }
    }

    private async Task GreetAsync(Session session, SessionRequest request, Hello hello)
    {
        if (table.IsDraining)
        {
            Refuse(session, request, ErrorCode.Unavailable, CloseCode.GoingAway);
            return;
        }

        var token = await tokens.ValidateAsync(hello.Token);
        if (!token.IsValid)
        {
            Refuse(session, request, token.Status);
            return;
        }

        if (!TryFindDevice(hello, token, out var device, out var error))
        {
            Refuse(session, request, error, CloseCode.BadProtocol, "device_id");
            return;
        }

        if (token.Device.IsNone && !await tokens.RegisterDeviceAsync(token, device, hello.Agent))
        {
            Refuse(session, request, ErrorCode.Unavailable, CloseCode.Overloaded);
            return;
        }

        if (hello.Background)
        {
            session.Attention = SessionAttention.Background;
        }

        session.Pushes.SetWants(hello.Wants);
        session.Typing.SetWants(hello.Wants);
        session.WantsPresence = hello.Wants is not { Presence: false };
        var claim = ReadClaim(hello.Resume);
        if (claim is not null)
        {
            session.Pushes.BeginResume();
        }

        if (!session.TryOpen(token.User, device, token.ExpiresAt, out var replaced))
        {
            return;
        }

        replaced?.Close(CloseCode.ReplacedBySameDevice);
        if (await tokens.RecheckAsync(token) is not AccessTokenStatus.Valid and var ended)
        {
            // The login was ended before the session could be found by whoever ended it.
            Refuse(session, request, ended);
            return;
        }

        var registration = await directory.RegisterAsync(session.User, session.Id, claim);
        if (session.Stage != SessionStage.Open)
        {
            // It ended while its route was on the way; that route must not stay.
            await directory.UnregisterAsync(session.User, session.Id, session.Ending);
            return;
        }

        GatewayLog.Opened(log, session.Id, device);
        metrics.Opened(registration.Outcome);
        var welcome = welcomes.Of(session, registration);
        session.Pushes.AddWelcome(new ServerFrame { Id = request.Id, Welcome = welcome }, registration.Outcome);
        session.Answered(request);
    }

    /// <summary>What the device says of its session before; what cannot be read is as if it said nothing.</summary>
    private static ResumeClaim? ReadClaim(Resume? resume)
    {
        if (resume is null || !SessionId.TryParse(resume.Session, out var session))
        {
            return null;
        }

        var heads = new Dictionary<ConversationId, long>(resume.Heads.Count);
        foreach (var head in resume.Heads)
        {
            if (!ConversationId.TryParse(head.Conversation, out var conversation))
            {
                return null;
            }

            heads[conversation] = (long)head.Seq;
        }

        return new(
            session,
            resume.Incarnation,
            [.. heads.Select(each => new ConversationPosition(each.Key, each.Value))]
        );
    }

    /// <summary>A token that was given to a device opens sessions of that device only.</summary>
    private static bool TryFindDevice(Hello hello, AccessTokenResult token, out DeviceId device, out ErrorCode error)
    {
        error = ErrorCode.None;
        device = token.Device;
        if (hello.DeviceId.Length == 0)
        {
            error = device.IsNone ? ErrorCode.Invalid : ErrorCode.None;
        }
        else if (!DeviceId.TryParse(hello.DeviceId, out var stated) || stated.IsNone)
        {
            error = ErrorCode.Invalid;
        }
        else if (device.IsNone)
        {
            device = stated;
        }
        else if (device != stated)
        {
            error = ErrorCode.Forbidden;
        }

        return error == ErrorCode.None;
    }

    private static void Refuse(Session session, SessionRequest request, AccessTokenStatus status)
    {
        var (code, close) = status switch
        {
            AccessTokenStatus.Expired => (ErrorCode.TokenExpired, CloseCode.TokenExpired),
            AccessTokenStatus.AccountDisabled => (ErrorCode.Unauthenticated, CloseCode.AccountDisabled),
            _ => (ErrorCode.Unauthenticated, CloseCode.Unauthenticated),
        };
        Refuse(session, request, code, close);
    }

    private static void Refuse(
        Session session,
        SessionRequest request,
        ErrorCode code,
        CloseCode close,
        string? field = null
    )
    {
        session.Fail(request, code, field);
        session.Close(close);
    }
}

/// <summary>The answer to <c>hello</c>.</summary>
internal sealed class WelcomeFrames(
    ISessionDirectory directory,
    IStoreIncarnation store,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    IOptions<ConversationOptions> conversations
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
                UndeliveredTtl = (uint)conversations.Value.UndeliveredTtl.TotalSeconds,
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
