namespace Connect.Doors.Limits;

/// <summary>
/// A token bucket whose whole state is one number, the time at which it is full again (GCRA): <see cref="Burst"/>
/// requests at once, then one each <see cref="Interval"/>. Pure; times are ticks of one clock.
/// </summary>
/// <param name="Interval">The time in which one request comes back; zero = no limit.</param>
/// <param name="Burst">Requests at once.</param>
public readonly record struct Rate(TimeSpan Interval, int Burst)
{
    public bool IsOff => Interval <= TimeSpan.Zero;

    /// <summary>That many in each time, all of them at once if need be; 0 = no limit.</summary>
    public static Rate Of(int count, TimeSpan time) => count <= 0 ? default : new(time / count, count);

    /// <summary>Takes one; zero when there was one, else how long until there is.</summary>
    public TimeSpan Take(ref long fullAt, long now)
    {
        var wait = Wait(fullAt, now);
        if (wait == TimeSpan.Zero && !IsOff)
        {
            fullAt = Math.Max(fullAt, now) + Interval.Ticks;
        }

        return wait;
    }

    /// <summary>How long until there is one; nothing is taken.</summary>
    public TimeSpan Wait(long fullAt, long now)
    {
        if (IsOff)
        {
            return TimeSpan.Zero;
        }

        var wait = Math.Max(fullAt, now) - now - (Interval.Ticks * (Burst - 1));
        return wait > 0 ? TimeSpan.FromTicks(wait) : TimeSpan.Zero;
    }

    /// <summary>Gives one back that was taken.</summary>
    public void GiveBack(ref long fullAt) => fullAt -= Interval.Ticks;
}
