using Connect.Contracts.Identifiers;

namespace Connect.Conversations.State;

/// <summary>
/// What the clock decides; the time is always passed in (D12). All times in milliseconds since the epoch.
/// </summary>
internal static class TimeRules
{
    /// <summary>The time of a new entry: never below that of the one before it, whatever the clock did.</summary>
    public static long Next(long last, long now) => Math.Max(last, now);

    /// <summary>
    /// Whether a cid that nobody knows must be refused: its idempotency row may already be gone, or would be gone while
    /// clients still resend it.
    /// </summary>
    public static bool IsOutside(Cid cid, long now, ConversationOptions options)
    {
        var time = cid.UnixMilliseconds;
        return time < now - (long)options.MaxCidAge.TotalMilliseconds
            || time > now + (long)options.MaxCidAhead.TotalMilliseconds;
    }
}
