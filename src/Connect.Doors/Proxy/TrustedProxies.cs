using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Doors.Proxy;

/// <summary>
/// Takes the client's address from the header of trusted HTTP proxies, for requests and upgrades to a socket alike, so
/// that limits per address apply to the client.
/// </summary>
public sealed class TrustedProxies(IOptions<ProxyOptions> options, ILogger<TrustedProxies> log)
{
    /// <summary>Where a proxy of one's own stands, as a rule: nobody else's header is worth a line.</summary>
    private static readonly NetworkSet Private = new([
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
    ]);

    private readonly NetworkSet _trusted = new(options.Value.Trusted);
    private readonly string _header = options.Value.ForwardedHeader;
    private int _isTold;

    /// <summary>Whether an address is a proxy's, whose connections are many people's.</summary>
    public bool Contains(IPAddress? address) => _trusted.Contains(address);

    /// <summary>Puts the client's address in the place of the proxy's.</summary>
    public void Apply(HttpContext context)
    {
        var peer = context.Connection.RemoteIpAddress;
        if (peer is null)
        {
            return;
        }

        if (!_trusted.Contains(peer))
        {
            Tell(peer, context.Request.Headers);
            return;
        }

        var client = ForwardedAddress.Find(
            peer,
            context.Request.Headers[_header],
            isStandard: _header == ProxyOptions.Forwarded,
            _trusted
        );
        if (!ReferenceEquals(client, peer))
        {
            context.Connection.RemoteIpAddress = client;
            context.Connection.RemotePort = 0;
        }
    }

    /// <summary>Once: an operator who put a proxy in front should hear why everybody is refused together.</summary>
    private void Tell(IPAddress peer, IHeaderDictionary headers)
    {
        var isForwarded =
            headers.ContainsKey(ProxyOptions.XForwardedFor) || headers.ContainsKey(ProxyOptions.Forwarded);
        if (isForwarded && Private.Contains(peer) && Interlocked.Exchange(ref _isTold, 1) == 0)
        {
            ProxyLog.NotTrusted(log, peer);
        }
    }
}
