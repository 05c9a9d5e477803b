using Connect.Doors.Limits;
using Connect.Gateway.Metrics;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Sessions;

/// <summary>Puts sessions together.</summary>
internal sealed class SessionFactory(
    SessionLifecycle life,
    ICommandDispatcher commands,
    NodeLoad load,
    GatewayMetrics metrics,
    TimerWheel wheel,
    TimeProvider time,
    IOptions<GatewayOptions> options
)
{
    public Session Create(ISessionLink link)
    {
        var queue = new SessionQueue(link, options.Value, load, metrics);
        var clock = new SessionClock(link.Activity, options.Value, wheel, time);
        return new(link, queue, clock, new(time), life, commands);
    }
}
