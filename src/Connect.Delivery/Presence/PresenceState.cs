namespace Connect.Delivery.Presence;

/// <summary>
/// Whether one user counts as online. Several sessions are one presence; after the last one ended, it lasts for as long
/// as the ends allow, unless a new session begins before. Pure; times are any milliseconds that do not fall.
/// </summary>
/// <param name="IsOnline">What others are told.</param>
/// <param name="IsLive">There is a session.</param>
/// <param name="Until">When what ended since the last beginning is over.</param>
internal readonly record struct PresenceState(bool IsOnline, bool IsLive, long Until)
{
    public static readonly PresenceState Offline;

    /// <summary>When it may end by itself; none while there is a session.</summary>
    public long? Due => IsOnline && !IsLive ? Until : null;

    /// <summary>A session began: whatever was about to end does not.</summary>
    public static PresenceState Come() => new(IsOnline: true, IsLive: true, Until: 0);

    /// <summary>A session ended, and its device may be back until <paramref name="until"/>.</summary>
    public PresenceState Go(bool isLive, long until, long now) =>
        (this with { IsLive = isLive, Until = Math.Max(Until, until) }).Settle(now);

    public PresenceState Settle(long now) => Due is { } due && now >= due ? Offline : this;
}
