using System.Diagnostics.Metrics;
using Connect.Contracts.Delivery;

namespace Connect.Gateway.Metrics;

/// <summary>
/// What a node counts of its sessions, for whoever listens to the meter <c>Connect</c>; nobody does unless an operator
/// asks for it, and then nothing here says who or which conversation.
/// </summary>
internal sealed class GatewayMetrics : IDisposable
{
    public const string MeterName = "Connect";

    /// <summary>A close code for a connection that ended without one (RFC 6455, 7.4.1).</summary>
    private const int Abnormal = 1006;

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _resumed;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _pages;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _dropped;
    private readonly ObservableGauge<long> _waiting;
    private readonly ObservableGauge<long> _mostWaiting;
    private Func<IEnumerable<long>> _queues = static () => [];

    public GatewayMetrics()
    {
        _connections = _meter.CreateUpDownCounter<long>(
            "connect.connections.active",
            "{connection}",
            "Sockets that are open, greeted or not."
        );
        _resumed = _meter.CreateCounter<long>(
            "connect.sessions.resumed",
            "{session}",
            "Sessions that began, by `result`: `full` (nothing was missed), `partial`, or `no` (all is compared)."
        );
        _deliveries = _meter.CreateCounter<long>(
            "connect.deliveries",
            "{entry}",
            "Entries handed to the queues of sockets, one for each socket."
        );
        _pages = _meter.CreateCounter<long>("connect.sync.pages", "{page}", "Pages of `sync` that were answered.");
        _closed = _meter.CreateCounter<long>(
            "connect.sessions.closed",
            "{session}",
            "Sockets that ended, by close `code`; 1006: the connection was gone."
        );
        _dropped = _meter.CreateCounter<long>(
            "connect.events.dropped",
            "{event}",
            "Pushes not made to a socket that is not read fast enough, by `class`: `typing`, `entries` (a hint goes "
                + "instead) or `all` (the session lags and syncs again)."
        );
        _waiting = _meter.CreateObservableGauge<long>(
            "connect.queues.bytes",
            () => Queues().Sum(),
            "By",
            "Bytes that wait to be written to sockets, all together."
        );
        _mostWaiting = _meter.CreateObservableGauge<long>(
            "connect.queues.largest",
            () => Queues().DefaultIfEmpty().Max(),
            "By",
            "Bytes that wait for the socket for which most waits."
        );
    }

    /// <summary>What waits for each socket is looked at when somebody asks, so it costs nothing until then.</summary>
    public void WatchQueues(Func<IEnumerable<long>> queues) => Volatile.Write(ref _queues, queues);

    public void ConnectionBegan() => _connections.Add(1);

    /// <param name="wasClosed">A close code was sent or on its way.</param>
    public void ConnectionEnded(bool wasClosed)
    {
        _connections.Add(-1);
        if (!wasClosed)
        {
            Closed(Abnormal);
        }
    }

    public void Closed(int code) => _closed.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Opened(ResumeOutcome outcome) =>
        _resumed.Add(
            1,
            new KeyValuePair<string, object?>(
                "result",
                outcome switch
                {
                    ResumeOutcome.Full => "full",
                    ResumeOutcome.Partial => "partial",
                    _ => "no",
                }
            )
        );

    public void Delivered(int entries) => _deliveries.Add(entries);

    public void PageSent() => _pages.Add(1);

    public void TypingDropped() => Dropped("typing");

    public void EntriesDropped() => Dropped("entries");

    public void Lagged() => Dropped("all");

    public void Dispose() => _meter.Dispose();

    private IEnumerable<long> Queues() => Volatile.Read(ref _queues)();

    private void Dropped(string what) => _dropped.Add(1, new KeyValuePair<string, object?>("class", what));
}
