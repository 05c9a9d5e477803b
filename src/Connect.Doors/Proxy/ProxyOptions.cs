using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Connect.Doors.Proxy;

/// <summary>What stands in front of the server (section <c>Proxy</c> of the configuration).</summary>
public sealed class ProxyOptions
{
    public const string Section = "Proxy";

    /// <summary>The header that most proxies set.</summary>
    public const string XForwardedFor = "X-Forwarded-For";

    /// <summary>The standard one (RFC 7239).</summary>
    public const string Forwarded = "Forwarded";

    [Description(
        "Networks, such as `10.0.0.0/8`, of balancers that begin each connection with a header of the PROXY "
            + "protocol, version 1 or 2. From there a connection without one is refused; from elsewhere one with it "
            + "is. None by default."
    )]
    [Networks]
    public IList<string> Sources { get; } = [];

    [Description(
        "Networks of HTTP proxies that say in `Proxy:ForwardedHeader` for whom they ask. Limits per address then count "
            + "the last address there that is not of these networks, and no connection of a proxy is one too many. "
            + "None by default: then all that a proxy forwards counts as from one address."
    )]
    [Networks]
    public IList<string> Trusted { get; } = [];

    [Description(
        "The header that is trusted. The other one is ignored, because a proxy passes on unchanged what it does not "
            + "set itself."
    )]
    [AllowedValues(XForwardedFor, Forwarded)]
    public string ForwardedHeader { get; set; } = XForwardedFor;

    [Description("From a balancer's connection to the end of its header. After it: closed.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan HeaderDeadline { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Requires each element to be a network, such as <c>10.0.0.0/8</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NetworksAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is IEnumerable<string> networks && networks.All(each => IPNetwork.TryParse(each, out _));

    public override string FormatErrorMessage(string name) => "networks such as 10.0.0.0/8";
}
