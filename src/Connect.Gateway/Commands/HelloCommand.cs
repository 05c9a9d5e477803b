using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// The first frame: who is this. The route is registered before the answer, so that everything committed after
/// <c>welcome</c> reaches the session.
/// </summary>
internal static class HelloCommand
{
    public static async Task ExecuteAsync(Session session, ClientFrame frame)
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
            GatewayLog.HelloFailed(session.Services.Log, exception, session.Id);
            Refuse(session, request, ErrorCode.Unavailable, CloseCode.Overloaded);
        }
    }

    private static async Task GreetAsync(Session session, SessionRequest request, Hello hello)
    {
        var services = session.Services;
        if (services.Hub.IsDraining)
        {
            Refuse(session, request, ErrorCode.Unavailable, CloseCode.GoingAway);
            return;
        }

        var token = await services.Tokens.ValidateAsync(hello.Token);
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

        if (token.Device.IsNone && !await services.Tokens.RegisterDeviceAsync(token, device, hello.Agent))
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
        if (!session.TryOpen(token.User, device, token.ExpiresAt, out var replaced))
        {
            return;
        }

        replaced?.Close(CloseCode.ReplacedBySameDevice);
        if (await services.Tokens.RecheckAsync(token) is not AccessTokenStatus.Valid and var ended)
        {
            // The login was ended before the session could be found by whoever ended it.
            Refuse(session, request, ended);
            return;
        }

        var incarnation = await services.Directory.RegisterAsync(session.User, session.Id);
        if (session.Stage != SessionStage.Open)
        {
            // It ended while its route was on the way; that route must not stay.
            await services.Directory.UnregisterAsync(session.User, session.Id, session.RouteEnd);
            return;
        }

        GatewayLog.Opened(services.Log, session.Id, device);
        session.Answer(request, new ServerFrame { Welcome = MakeWelcome(session, incarnation) });
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

    private static Welcome MakeWelcome(Session session, string incarnation)
    {
        var options = session.Services.Options;
        return new()
        {
            User = session.User.ToString(),
            Session = session.Id.ToString(),
            Device = session.Device.ToString(),
            Node = session.Services.Directory.Node.ToString(),
            Incarnation = incarnation,
            Store = session.Services.Store.Incarnation,
            ServerTime = (ulong)session.Services.UnixNow,
            Limits = new()
            {
                Frame = (uint)options.MessageBytes,
                Text = (uint)options.TextBytes,
                InFlight = (uint)options.InFlight,
                SendRate = (uint)options.SendRate,
            },
            PingMs = (uint)options.PingInterval.TotalMilliseconds,
            TokenExpiresAt = (ulong)session.TokenExpiresAt,
            Resumed = Resumed.No,
        };
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
