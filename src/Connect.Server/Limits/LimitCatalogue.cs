namespace Connect.Server.Limits;

/// <summary>
/// The one list of every limit. A test compares it with the code: a number or a time that could be a limit is here or
/// in <see cref="NoLimits"/>, and each test named here is there.
/// </summary>
public static class LimitCatalogue
{
    public static IReadOnlyList<LimitGroup> Groups { get; } =
    [
        new("Connections and HTTP", ServerLimits.All),
        new("Rates", RateLimitEntries.All),
        new("Messages and frames", MessageLimits.All),
        new("Sessions", SessionLimits.All),
        new("Identity", IdentityLimits.All),
        new("People", PeopleLimits.All),
        new("Presence and coming back", PresenceLimits.All),
        new("Conversations and fan-out", ConversationLimits.All),
        new("The embedded store", StorageLimits.All),
        new("Clients", ClientLimits.All),
    ];

    public static IEnumerable<Limit> All => Groups.SelectMany(each => each.Limits);
}
