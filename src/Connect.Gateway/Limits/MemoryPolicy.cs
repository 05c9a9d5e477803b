namespace Connect.Gateway.Limits;

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
    private const int MostToShed = 1000;

    public static MemoryLevel Next(MemoryLevel level, long usedBytes, long limitBytes)
    {
        var share = usedBytes / (double)limitBytes;
        if (share >= (level == MemoryLevel.Over ? OverUntil : OverFrom))
        {
            return MemoryLevel.Over;
        }

        return share >= (level == MemoryLevel.Calm ? TightFrom : TightUntil) ? MemoryLevel.Tight : MemoryLevel.Calm;
    }

    /// <summary>How many sessions go at this look: some at a time, for memory comes back late.</summary>
    public static int ToShed(MemoryLevel level, int sessions) =>
        level == MemoryLevel.Over ? Math.Min(MostToShed, (sessions + ShareToShed - 1) / ShareToShed) : 0;
}
