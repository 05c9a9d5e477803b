namespace Connect.Gateway.Memory;

/// <summary>
/// When a node sheds load and when it gives memory back. Pure. A level ends a little below where it began, so that it
/// does not flap.
/// </summary>
internal static class MemoryPolicy
{
    private const double TightFrom = 0.85;
    private const double TightUntil = 0.80;
    private const double OverFrom = 1.00;
    private const double OverUntil = 0.95;
    private const int ShareToShed = 20;
    private const int ShareToMatter = 50;
    private const int ShareOfActivations = 8;
    private const int MostToShed = 1000;
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TightPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QuietPause = TimeSpan.FromSeconds(30);

    public static MemoryLevel Next(MemoryLevel level, long usedBytes, long limitBytes)
    {
        var share = usedBytes / (double)limitBytes;
        if (share >= (level == MemoryLevel.Over ? OverUntil : OverFrom))
        {
            return MemoryLevel.Over;
        }

        return share >= (level == MemoryLevel.Calm ? TightFrom : TightUntil) ? MemoryLevel.Tight : MemoryLevel.Calm;
    }

    /// <summary>
    /// Whether new sockets are refused. With nobody connected there is nobody to send away, so that a node that refused
    /// would do so for ever.
    /// </summary>
    public static bool Refuses(MemoryLevel level, int sessions) => level != MemoryLevel.Calm && sessions > 0;

    /// <summary>How many sessions go at least at this look: some at a time, for memory comes back late.</summary>
    public static int ToShed(MemoryLevel level, int sessions) =>
        level == MemoryLevel.Over ? Math.Min(MostToShed, (sessions + ShareToShed - 1) / ShareToShed) : 0;

    /// <summary>
    /// Whether it got so much worse since a use that was judged before that it is judged again without a collection.
    /// </summary>
    public static bool IsWorse(long usedBefore, long usedBytes, long limitBytes) =>
        Matters(usedBytes - usedBefore, limitBytes);

    /// <summary>
    /// Bytes to be rid of before the level is left: as many sessions go as hold that much, the heaviest first.
    /// </summary>
    public static long ExcessBytes(MemoryLevel level, long usedBytes, long limitBytes) =>
        level == MemoryLevel.Over ? Math.Max(0, usedBytes - (long)(OverUntil * limitBytes)) : 0;

    /// <summary>What the writers of conversations may take: they make room for each other, and cost nobody.</summary>
    public static long ForActivations(long limitBytes) => limitBytes / ShareOfActivations;

    /// <summary>What is left to the writers while memory lacks: the idle ones go before anybody.</summary>
    public static long ForActivations(MemoryLevel level, long limitBytes) =>
        level switch
        {
            MemoryLevel.Over => 0,
            MemoryLevel.Tight => ForActivations(limitBytes) / 2,
            _ => ForActivations(limitBytes),
        };

    /// <summary>How to look for memory that nobody needs.</summary>
    /// <param name="level">The level before.</param>
    /// <param name="now">What the process uses.</param>
    /// <param name="limitBytes">What it may use.</param>
    /// <param name="last">The collection before; null: there was none.</param>
    public static MemoryCollection Collect(MemoryLevel level, MemoryUse now, long limitBytes, LastCollection? last)
    {
        bool IsDue(TimeSpan pause) => last is not { } before || before.Ago >= pause;
        if (now.ResidentBytes >= OverUntil * limitBytes && IsDue(PauseAfter(last?.Took ?? TimeSpan.Zero)))
        {
            // The system counts what is free inside, too: it may end the process for it.
            if (now.ResidentBytes >= OverFrom * limitBytes || level == MemoryLevel.Over)
            {
                return MemoryCollection.GiveBack;
            }
        }

        if (now.ResidentBytes < TightUntil * limitBytes)
        {
            return MemoryCollection.None;
        }

        // Everything stands still in it, which while nothing happens disturbs nobody.
        var isWorthwhile = Matters(now.FreeBytes + (last?.AllocatedSince ?? limitBytes), limitBytes);
        if (now.IsQuiet && isWorthwhile && IsDue(QuietPause))
        {
            return MemoryCollection.GiveBack;
        }

        return now.UsedBytes >= TightUntil * limitBytes && IsDue(TightPause)
            ? MemoryCollection.Find
            : MemoryCollection.None;
    }

    /// <summary>
    /// How long after a collection the next one may begin: everything stands still in it, a tenth of the time at most.
    /// </summary>
    public static TimeSpan PauseAfter(TimeSpan collection) => collection * 9 > LeastPause ? collection * 9 : LeastPause;

    private static bool Matters(long bytes, long limitBytes) => bytes > limitBytes / ShareToMatter;
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

/// <summary>What the runtime is asked for.</summary>
internal enum MemoryCollection
{
    None,

    /// <summary>To find what nobody needs, beside the work.</summary>
    Find,

    /// <summary>To give it back to the system, too, while everything stands still.</summary>
    GiveBack,
}

/// <summary>What a process uses.</summary>
/// <param name="ResidentBytes">What the system counts: the store's and the runtime's share included.</param>
/// <param name="FreeBytes">What of it the runtime holds for what comes, and nobody uses.</param>
/// <param name="IsQuiet">Nearly nothing was done since the last look.</param>
internal readonly record struct MemoryUse(long ResidentBytes, long FreeBytes, bool IsQuiet)
{
    /// <summary>What is not free.</summary>
    public long UsedBytes => Math.Max(0, ResidentBytes - FreeBytes);
}

/// <summary>The collection before.</summary>
/// <param name="Ago">Since its end.</param>
/// <param name="Took">How long everything stood still.</param>
/// <param name="AllocatedSince">Bytes that were needed since.</param>
internal readonly record struct LastCollection(TimeSpan Ago, TimeSpan Took, long AllocatedSince);
