using Connect.Contracts.Delivery;
using Connect.Delivery.Watching;
using Connect.Doors.Limits;
using Connect.Gateway.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Sessions;

/// <summary>
/// What the node does when a session begins, opens, leaves and ends: it is found or no longer found by its user, its
/// route and its watches go with it, and it is counted.
/// </summary>
internal sealed class SessionLifecycle
{
    private readonly SessionTable _table;
    private readonly ISessionDirectory _directory;
    private readonly PresenceService _presence;
    private readonly GatewayMetrics _metrics;

    public SessionLifecycle(
        SessionTable table,
        ISessionDirectory directory,
        PresenceService presence,
        GatewayMetrics metrics,
        ILogger<SessionLifecycle> log
    )
    {
        (_table, _directory, _presence, _metrics, Log) = (table, directory, presence, metrics, log);
        metrics.WatchQueues(() => table.Waiting);
    }

    public ILogger Log { get; }

    /// <summary>A connection.</summary>
    public void Began(Session session)
    {
        _metrics.ConnectionBegan();
        _table.Attach(session);
    }

    /// <summary>It can be found by its user from now on. Returns the one of the same device before it.</summary>
    public Session? Opened(Session session) => _table.Add(session);

    /// <summary>Nobody looks at it, or somebody does again.</summary>
    public void AttentionChanged(Session session) => _presence.AttentionChanged(session);

    /// <summary>It is closed with a code; what waits is still written.</summary>
    public void Closing(Session session, int code, string reason)
    {
        GatewayLog.Closing(Log, session.Id, code, reason);
        _metrics.Closed(code);
    }

    /// <summary>It can no longer be found, and nothing more is routed to it.</summary>
    /// <param name="session">Which.</param>
    /// <param name="wasOpen">It could be found until now.</param>
    public void Left(Session session, bool wasOpen)
    {
        if (wasOpen)
        {
            _table.Remove(session);
            _ = _directory.UnregisterAsync(session.User, session.Id, session.Ending).AsTask();
        }
    }

    /// <summary>How many users it watches.</summary>
    public int CountWatched(Session session) => _presence.CountWatched(session);

    /// <summary>It pushes no presence any more.</summary>
    public void EndWatches(Session session) => _presence.End(session);

    /// <summary>The connection is gone.</summary>
    /// <param name="wasClosed">A close code was sent or on its way.</param>
    public void ConnectionEnded(bool wasClosed) => _metrics.ConnectionEnded(wasClosed);

    /// <summary>Nothing is left of it.</summary>
    public void Ended(Session session) => _table.Detach(session);
}

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
    /// <param name="link">Its connection.</param>
    /// <param name="address">Where it comes from.</param>
    public Session Create(ISessionLink link, ClientAddress address)
    {
        var queue = new SessionQueue(link, options.Value, load, metrics, life.Log);
        var clock = new SessionClock(link.Activity, options.Value, wheel, time);
        return new(link, address, queue, clock, new(time), life, commands);
    }
}
