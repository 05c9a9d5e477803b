using System.Globalization;
using System.Net.WebSockets;
using Connect.Doors.Admission;
using Connect.Doors.Limits;
using Connect.Doors.Problems;
using Connect.Gateway.Sessions;
using Connect.Protocol.Frames;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Connections;

/// <summary>
/// The front door of the sockets: what is refused before a session exists, and the life of one connection.
/// </summary>
internal sealed class ConnectEndpoint(
    SessionFactory sessions,
    SessionTable table,
    TimerWheel wheel,
    ConnectionAdmission door,
    NodeLoad load,
    IOptions<GatewayOptions> options,
    ILogger<ConnectEndpoint> log
)
{
    private static readonly TimeSpan RetryWhenCrowded = TimeSpan.FromSeconds(5);

    private readonly GatewayOptions _options = options.Value;

    private readonly FrameLimits _limits = FrameLimits.FromClient with { MessageBytes = options.Value.MessageBytes };

    /// <summary>Runs before the WebSocket middleware.</summary>
    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        new ConnectionGuard(_options, new(wheel)).Install(context);
        return next(context);
    }

    public async Task HandleAsync(HttpContext context)
    {
        if (await TryRefuseAsync(context))
        {
            return;
        }

        if (!door.TryEnterSocket(context))
        {
            await RefuseCrowdedAsync(context);
            return;
        }

        try
        {
            await AcceptAsync(context);
        }
        finally
        {
            door.LeaveSocket(context);
        }
    }

    /// <summary>The life of one connection; returns when it is over.</summary>
    public async Task ServeAsync(WebSocketLink link, GuardStream stream, ClientAddress address)
    {
        var session = sessions.Create(link, address);
        stream.Violated = violation => session.Break(ToError(violation));
        try
        {
            await link.RunAsync(session);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            // How most connections end: the network went, or we cut it.
            GatewayLog.ConnectionEnded(log, exception, session.Id);
        }
        finally
        {
            session.End();
            link.End();
        }
    }

    private async Task AcceptAsync(HttpContext context)
    {
        var codec = FindCodec(context)!;
        var guard = context.Features.GetRequiredFeature<ConnectionGuard>();
        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext
            {
                SubProtocol = codec.Subprotocol,
                DangerousEnableCompression = false,
                KeepAliveInterval = Timeout.InfiniteTimeSpan,
            }
        );
        var link = new WebSocketLink(socket, codec, guard.Activity, _limits, context.Abort);
        await ServeAsync(link, guard.Stream!, ClientAddress.Of(context.Connection.RemoteIpAddress));
    }

    private static FrameError ToError(FrameViolation violation) =>
        violation == FrameViolation.TooManyBytes
            ? new(ErrorCode.TooLarge, "a message has too many bytes")
            : new(ErrorCode.BadFrame, "a message has too many fragments");

    private async Task<bool> TryRefuseAsync(HttpContext context)
    {
        if (table.IsDraining)
        {
            var seconds = Math.Ceiling(_options.DrainReconnectAfter.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, ErrorCode.Unavailable, "");
        }
        else if (load.IsOverloaded)
        {
            await RefuseCrowdedAsync(context);
        }
        else if (!OriginPolicy.Allows(context.Request, _options.AllowedOrigins))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, ErrorCode.Forbidden, "This origin may not.");
        }
        else if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            const string Detail = "This is the address of a WebSocket.";
            await RefuseAsync(context, StatusCodes.Status426UpgradeRequired, ErrorCode.Invalid, Detail);
        }
        else if (FindCodec(context) is null)
        {
            const string Detail =
                "Offer the subprotocol " + FrameCodec.ProtobufSubprotocol + " or " + FrameCodec.JsonSubprotocol + ".";
            await RefuseAsync(context, StatusCodes.Status400BadRequest, ErrorCode.UnsupportedVersion, Detail);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>No room: the client comes back when told, and holds no connection until then.</summary>
    private static Task RefuseCrowdedAsync(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        return Problems.WriteAsync(
            context,
            Problems.Describe(ErrorCode.Overloaded, "There is no room for a socket.", retryAfter: RetryWhenCrowded)
        );
    }

    /// <summary>The first one offered that is spoken here: the client's order is its preference.</summary>
    private static FrameCodec? FindCodec(HttpContext context) =>
        context
            .WebSockets.WebSocketRequestedProtocols.Select(FrameCodec.ForSubprotocol)
            .FirstOrDefault(each => each is not null);

    private static Task RefuseAsync(HttpContext context, int status, ErrorCode code, string detail) =>
        Problems.WriteAsync(context, Problems.Describe(code, detail.Length > 0 ? detail : null, status: status));
}
