using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Doors.Proxy;

/// <summary>A balancer that passes TCP on (section <c>Proxy</c> of the configuration).</summary>
public sealed class ProxyOptions
{
    public const string Section = "Proxy";

    [Description(
        "Networks, such as `10.0.0.0/8`, of balancers that begin each connection with a header of the PROXY "
            + "protocol, version 2. From there a connection without one is refused; from elsewhere one with it is. "
            + "None by default."
    )]
    [Networks]
    public IList<string> Sources { get; } = [];

    [Description("From a balancer's connection to the end of its header. After it: closed.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan HeaderDeadline { get; set; } = TimeSpan.FromSeconds(5);
}
