using HdrHistogram;

namespace Connect.LoadGen.Measuring;

/// <summary>Latencies in microseconds, to three digits, from any number of threads.</summary>
public sealed class LatencyHistogram
{
    /// <summary>A longer one counts as this.</summary>
    private const long Highest = 600_000_000;

    private readonly LongConcurrentHistogram _counts = new(1, Highest, 3);

    public long Count => _counts.TotalCount;

    public void Record(TimeSpan latency) =>
        _counts.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, Highest));

    public double Milliseconds(double percentile) => Count == 0 ? 0 : _counts.GetValueAtPercentile(percentile) / 1000.0;

    /// <summary>The longest, in milliseconds.</summary>
    public double Longest => Milliseconds(100);
}
