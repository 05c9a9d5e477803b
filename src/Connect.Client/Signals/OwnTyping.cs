namespace Connect.Client.Signals;

/// <summary>
/// Where this user is writing, and what of it the server was told: again every 3 s while it lasts, and its end once
/// nothing was typed for a moment.
/// </summary>
internal sealed class OwnTyping
{
    /// <summary>How often it is told while it lasts.</summary>
    private static readonly TimeSpan Repeat = ProtocolLimits.TypingDuration / 2;

    /// <summary>
    /// Somebody who typed nothing for so long has stopped. With the repeats it is told before the server ends it.
    /// </summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, (TimeSpan ToldAt, TimeSpan TypedAt)> _open = new(StringComparer.Ordinal);

    /// <summary>When the next one ends by itself; null = nobody types.</summary>
    public TimeSpan? DueAt => _open.Count == 0 ? null : _open.Values.Min(each => each.TypedAt) + Idle;

    /// <summary>Something was typed; true when that is to be told.</summary>
    public bool Typed(string conversation, TimeSpan now)
    {
        var isKnown = _open.TryGetValue(conversation, out var known);
        var tell = !isKnown || now - known.ToldAt >= Repeat;
        _open[conversation] = (tell ? now : known.ToldAt, now);
        return tell;
    }

    /// <summary>It ended; true when that is to be told, because the server may believe otherwise.</summary>
    public bool Stopped(string conversation, TimeSpan now) =>
        _open.Remove(conversation, out var known) && now - known.ToldAt < ProtocolLimits.TypingDuration;

    /// <summary>A message ends it without a word.</summary>
    public void Sent(string conversation) => _open.Remove(conversation);

    /// <summary>The conversations in which it ended by itself and the server is to be told.</summary>
    public List<string> TakeIdle(TimeSpan now)
    {
        var idle = _open.Where(each => each.Value.TypedAt + Idle <= now).Select(each => each.Key).ToList();
        return [.. idle.Where(conversation => Stopped(conversation, now))];
    }

    /// <summary>The connection is gone, and with it what was told.</summary>
    public void Clear() => _open.Clear();
}
