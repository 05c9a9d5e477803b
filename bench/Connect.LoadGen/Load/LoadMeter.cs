using Connect.LoadGen.Measuring;

namespace Connect.LoadGen.Load;

/// <summary>Counts and latencies of the phase that runs, from all threads.</summary>
internal sealed class LoadMeter
{
    private readonly TimeProvider _time = TimeProvider.System;
    private LatencyHistogram _deliveries = new();
    private LatencyHistogram _acks = new();
    private long _from = long.MaxValue;
    private long _to = long.MaxValue;
    private long _sent;
    private long _acked;
    private long _delivered;
    private long _refused;

    public long Now => _time.GetTimestamp();

    public long TicksPerSecond => _time.TimestampFrequency;

    public long Sent => Interlocked.Read(ref _sent);

    public long Acked => Interlocked.Read(ref _acked);

    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Sends that the server did not take.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>From the moment a message was due to each delivery.</summary>
    public LatencyHistogram Deliveries => Volatile.Read(ref _deliveries);

    /// <summary>From the moment a message was due to its acknowledgement.</summary>
    public LatencyHistogram Acks => Volatile.Read(ref _acks);

    /// <summary>Latencies of messages that are due from here on count.</summary>
    public void BeginMeasuring()
    {
        Volatile.Write(ref _deliveries, new());
        Volatile.Write(ref _acks, new());
        Volatile.Write(ref _to, long.MaxValue);
        Volatile.Write(ref _from, Now);
    }

    /// <summary>Those due from now on do not; those on their way still do.</summary>
    public void EndMeasuring() => Volatile.Write(ref _to, Now);

    public void CountSent() => Interlocked.Increment(ref _sent);

    public void CountRefused() => Interlocked.Increment(ref _refused);

    public void CountAck(long due, long now)
    {
        Interlocked.Increment(ref _acked);
        Record(Acks, due, now);
    }

    public void CountDelivery(long due, long now)
    {
        Interlocked.Increment(ref _delivered);
        Record(Deliveries, due, now);
    }

    private void Record(LatencyHistogram into, long due, long now)
    {
        if (due >= Volatile.Read(ref _from) && due < Volatile.Read(ref _to))
        {
            into.Record(_time.GetElapsedTime(due, now));
        }
    }
}
