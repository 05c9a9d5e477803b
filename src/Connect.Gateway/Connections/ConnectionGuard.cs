using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Connect.Gateway.Connections;

/// <summary>
/// Puts a <see cref="GuardStream"/> under the WebSocket of a request, whichever way it is upgraded: HTTP/1.1 Upgrade or
/// HTTP/2 extended CONNECT (RFC 8441).
/// </summary>
internal sealed class ConnectionGuard(GatewayOptions options, LinkActivity activity)
{
    public LinkActivity Activity { get; } = activity;

    /// <summary>Set once the connection is upgraded.</summary>
    public GuardStream? Stream { get; private set; }

    /// <summary>
    /// Replaces the features by which the request would be upgraded. To run before the WebSocket middleware.
    /// </summary>
    public void Install(HttpContext context)
    {
        var features = context.Features;
        if (features.Get<IHttpUpgradeFeature>() is { } upgrade)
        {
            features.Set<IHttpUpgradeFeature>(new GuardedUpgrade(this, upgrade));
        }

        if (features.Get<IHttpExtendedConnectFeature>() is { } connect)
        {
            features.Set<IHttpExtendedConnectFeature>(new GuardedConnect(this, connect));
        }

        // A WebSocket middleware further up captured the features as they were.
        features.Set<IHttpWebSocketFeature>(null);
        features.Set(this);
    }

    private GuardStream Wrap(Stream stream) =>
        Stream = new(stream, new(options.MessageBytes, options.MessageFragments), Activity);

    private sealed class GuardedUpgrade(ConnectionGuard guard, IHttpUpgradeFeature inner) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => guard.Wrap(await inner.UpgradeAsync());
    }

    private sealed class GuardedConnect(ConnectionGuard guard, IHttpExtendedConnectFeature inner)
        : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => guard.Wrap(await inner.AcceptAsync());
    }
}
