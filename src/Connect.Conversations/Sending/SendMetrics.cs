using System.Diagnostics.Metrics;
using Connect.Contracts.Conversations;

namespace Connect.Conversations.Sending;

/// <summary>What a node counts of messages sent, on the meter <c>Connect</c>.</summary>
public sealed class SendMetrics : IDisposable
{
    private readonly Meter _meter = new("Connect");
    private readonly TimeProvider _time;
    private readonly Counter<long> _accepted;
    private readonly Histogram<double> _duration;

    public SendMetrics(TimeProvider time)
    {
        _time = time;
        _accepted = _meter.CreateCounter<long>(
            "connect.messages.accepted",
            "{message}",
            "Messages acknowledged as durable; a message sent again counts once."
        );
        _duration = _meter.CreateHistogram<double>(
            "connect.send.duration",
            "s",
            "From the parsed frame or request to its durable acknowledgement.",
            advice: new()
            {
                HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
            }
        );
    }

    /// <summary>When a send came in, as a timestamp; 0 when nobody listens.</summary>
    public long Began() => _duration.Enabled ? _time.GetTimestamp() : 0;

    /// <param name="status">A durable outcome.</param>
    /// <param name="began">As <see cref="Began"/> said.</param>
    public void Accepted(AppendStatus status, long began)
    {
        if (status != AppendStatus.Committed)
        {
            return;
        }

        _accepted.Add(1);
        if (began != 0)
        {
            _duration.Record(_time.GetElapsedTime(began).TotalSeconds);
        }
    }

    public void Dispose() => _meter.Dispose();
}
