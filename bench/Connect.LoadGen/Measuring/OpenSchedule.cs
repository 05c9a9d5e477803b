namespace Connect.LoadGen.Measuring;

/// <summary>
/// When each message of one sender is due in an open loop. The times follow from the rate alone and never from the
/// answers: a server that stalls does not stop the clock, so what it makes wait counts as waited.
/// </summary>
/// <param name="Start">The time of the first, in ticks of the clock.</param>
/// <param name="Interval">Ticks between two.</param>
public readonly record struct OpenSchedule(long Start, double Interval)
{
    /// <param name="start">Of the phase, in ticks of the clock.</param>
    /// <param name="ticksPerSecond">Of the clock.</param>
    /// <param name="rate">Messages per second of all senders.</param>
    /// <param name="senders">How many there are.</param>
    /// <param name="sender">Which one: they are spread over the interval.</param>
    public static OpenSchedule Of(long start, long ticksPerSecond, double rate, int senders, int sender)
    {
        var interval = ticksPerSecond * senders / rate;
        return new(start + (long)(interval * sender / senders), interval);
    }

    /// <summary>When message <paramref name="index"/> is due.</summary>
    public long DueOf(long index) => Start + (long)(index * Interval);

    /// <summary>How many are due by now.</summary>
    public long CountBy(long now)
    {
        if (now < Start)
        {
            return 0;
        }

        // The division may be off by one at the very tick; the times decide.
        var count = (long)((now - Start) / Interval) + 1;
        while (DueOf(count) <= now)
        {
            count++;
        }

        while (count > 0 && DueOf(count - 1) > now)
        {
            count--;
        }

        return count;
    }
}
