using System.Net;
using Connect.Doors.Proxy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Gateway.Doors;

/// <summary>Whose address counts behind HTTP proxies.</summary>
public sealed class ForwardedAddressTests
{
    private readonly FakeLogger<TrustedProxies> _log = new();

    [Theory]
    // One proxy, two of them, and what the client wrote itself.
    [InlineData("10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7")]
    [InlineData("10.0.0.1", "1.1.1.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "1.1.1.1, 10.9.9.9, 203.0.113.7, 10.0.0.2", "203.0.113.7")]
    // All of them trusted: the first.
    [InlineData("10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3")]
    // Nobody's word but a trusted one's.
    [InlineData("192.0.2.1", "203.0.113.7", "192.0.2.1")]
    // IPv4 as IPv6, IPv6, ports.
    [InlineData("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("10.0.0.1", "203.0.113.7:4711", "203.0.113.7")]
    [InlineData("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7")]
    // What is not plain is the proxy's own.
    [InlineData("10.0.0.1", "unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7, unknown, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "1", "10.0.0.1")]
    [InlineData("10.0.0.1", "[2001:db8::7", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7,", "10.0.0.1")]
    public void X_Forwarded_For_counts_from_its_end(string peer, string header, string client) =>
        Assert.Equal(client, Find(ProxyOptions.XForwardedFor, peer, (ProxyOptions.XForwardedFor, header)));

    [Theory]
    [InlineData("for=203.0.113.7", "203.0.113.7")]
    [InlineData("For=\"203.0.113.7:4711\";proto=https;by=10.0.0.1", "203.0.113.7")]
    [InlineData("proto=https; for=\"[2001:db8::7]:4711\"", "2001:db8::7")]
    [InlineData("for=\"[2001:db8::7]\"", "2001:db8::7")]
    [InlineData("for=1.1.1.1, for=203.0.113.7;host=\"a,b\", for=10.0.0.2", "203.0.113.7")]
    [InlineData("for=_hidden", "10.0.0.1")]
    [InlineData("for=unknown", "10.0.0.1")]
    [InlineData("proto=https", "10.0.0.1")]
    public void Forwarded_is_read_as_its_standard_says(string header, string client) =>
        Assert.Equal(client, Find(ProxyOptions.Forwarded, "10.0.0.1", (ProxyOptions.Forwarded, header)));

    [Fact]
    public void Lines_of_a_header_are_one_list_and_the_header_that_is_not_named_is_not_looked_at()
    {
        Assert.Equal(
            "203.0.113.7",
            Find(
                ProxyOptions.XForwardedFor,
                "10.0.0.1",
                (ProxyOptions.XForwardedFor, "1.1.1.1"),
                (ProxyOptions.XForwardedFor, "203.0.113.7"),
                (ProxyOptions.Forwarded, "for=2.2.2.2")
            )
        );
        Assert.Equal("10.0.0.1", Find(ProxyOptions.XForwardedFor, "10.0.0.1", (ProxyOptions.Forwarded, "for=2.2.2.2")));
    }

    [Fact]
    public void No_more_hops_are_looked_at_than_the_limit()
    {
        var many = string.Join(',', Enumerable.Repeat("10.0.0.2", 10_000).Prepend("203.0.113.7"));
        Assert.Equal("10.0.0.2", Find(ProxyOptions.XForwardedFor, "10.0.0.1", (ProxyOptions.XForwardedFor, many)));
    }

    [Fact]
    public void A_proxy_that_nobody_named_is_told_of_once_and_a_strangers_header_never()
    {
        var proxies = Make(ProxyOptions.XForwardedFor, trusted: []);
        proxies.Apply(Request("198.51.100.1", (ProxyOptions.XForwardedFor, "203.0.113.7")));
        proxies.Apply(Request("127.0.0.1"));
        Assert.Equal(0, _log.Collector.Count);

        for (var i = 0; i < 3; i++)
        {
            proxies.Apply(Request("127.0.0.1", (ProxyOptions.XForwardedFor, "203.0.113.7")));
        }

        Assert.Contains("127.0.0.1", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    private string Find(string header, string peer, params (string Name, string Value)[] headers)
    {
        var request = Request(peer, headers);
        Make(header, "10.0.0.0/8").Apply(request);
        var found = request.Connection.RemoteIpAddress!;
        return (found.IsIPv4MappedToIPv6 ? found.MapToIPv4() : found).ToString();
    }

    private TrustedProxies Make(string header, params string[] trusted)
    {
        var options = new ProxyOptions { ForwardedHeader = header };
        foreach (var network in trusted)
        {
            options.Trusted.Add(network);
        }

        return new(Options.Create(options), _log);
    }

    private static DefaultHttpContext Request(string peer, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        foreach (var (name, value) in headers)
        {
            context.Request.Headers.Append(name, value);
        }

        return context;
    }
}
