namespace Connect.Gateway.Memory;

/// <summary>
/// When a node sheds load. Pure. A level ends a little below where it began, so that it does not flap.
/// </summary>
internal static class MemoryPolicy
{
    private const double TightFrom = 0.85;
    private const double TightUntil = 0.80;
    private const double OverFrom = 1.00;
    private const double OverUntil = 0.95;
    private const int ShareToShed = 20;
    private const int ShareToMatter = 50;
    private const int MostToShed = 1000;
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    public static MemoryLevel Next(MemoryLevel level, long usedBytes, long limitBytes)
    {
        var share = usedBytes / (double)limitBytes;
        if (share >= (level == MemoryLevel.Over ? OverUntil : OverFrom))
        {
            return MemoryLevel.Over;
        }

        return share >= (level == MemoryLevel.Calm ? TightFrom : TightUntil) ? MemoryLevel.Tight : MemoryLevel.Calm;
    }

    /// <summary>How many sessions go at least at this look: some at a time, for memory comes back late.</summary>
    public static int ToShed(MemoryLevel level, int sessions) =>
        level == MemoryLevel.Over ? Math.Min(MostToShed, (sessions + ShareToShed - 1) / ShareToShed) : 0;

    /// <summary>
    /// Whether it got so much worse since a use that was judged before that it is judged again without a collection.
    /// </summary>
    public static bool IsWorse(long usedBefore, long usedBytes, long limitBytes) =>
        usedBytes - usedBefore > limitBytes / ShareToMatter;

    /// <summary>
    /// Bytes to be rid of before the level is left: as many sessions go as hold that much, the heaviest first.
    /// </summary>
    public static long ExcessBytes(MemoryLevel level, long usedBytes, long limitBytes) =>
        level == MemoryLevel.Over ? Math.Max(0, usedBytes - (long)(OverUntil * limitBytes)) : 0;

    /// <summary>
    /// How long after a collection the next one may begin: everything stands still in it, a tenth of the time at most.
    /// </summary>
    public static TimeSpan PauseAfter(TimeSpan collection) => collection * 9 > LeastPause ? collection * 9 : LeastPause;
}

/// <summary>How much of its memory a node uses.</summary>
internal enum MemoryLevel
{
    Calm,

    /// <summary>Nobody new is let in.</summary>
    Tight,

    /// <summary>Some of those within must go.</summary>
    Over,
}
