namespace Connect.Client.Stores;

/// <summary>What a store holds when a client starts.</summary>
public sealed record StoredState
{
    /// <summary>Who it belongs to.</summary>
    public StoredAccount Account { get; init; } = StoredAccount.None;

    /// <summary>The secret that gets access tokens; empty = none is kept.</summary>
    public string RefreshToken { get; init; } = "";

    /// <summary>
    /// Under which life of the server's data everything but the outbox was read; empty = not known.
    /// </summary>
    public string Store { get; init; } = "";

    /// <summary>The messages not yet answered, in the order of sending.</summary>
    public IReadOnlyList<OutboxMessage> Outbox { get; init; } = [];

    /// <summary>The positions, of a store that keeps entries; else none.</summary>
    public IReadOnlyList<StoredPosition> Positions { get; init; } = [];

    /// <summary>The marks.</summary>
    public IReadOnlyList<StoredMark> Marks { get; init; } = [];

    /// <summary>The direct conversations found by name.</summary>
    public IReadOnlyList<StoredDirect> Directs { get; init; } = [];
}

/// <summary>Who a store belongs to.</summary>
/// <param name="User">The user's id; empty before the first login or connection.</param>
/// <param name="Username">The name used to log in; empty when it is not known.</param>
/// <param name="Device">The device's id; empty before the first login or connection.</param>
public sealed record StoredAccount(string User, string Username, string Device)
{
    /// <summary>Nobody's.</summary>
    public static StoredAccount None { get; } = new("", "", "");

    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => $"{User} {Device}";
}

/// <summary>A message in the outbox.</summary>
/// <param name="Id">Its place in the outbox: rising in the order of sending, never used again.</param>
/// <param name="Conversation">Where it goes.</param>
/// <param name="To">The other user of a direct conversation that may not exist yet; else empty.</param>
/// <param name="Cid">The idempotency key.</param>
/// <param name="Text">What it says.</param>
/// <param name="Seen">The highest seq on screen when it was written; 0 = unknown.</param>
/// <param name="Transmitted">It may have reached a socket: from here on its cid stays and it is not discarded.</param>
public sealed record OutboxMessage(
    long Id,
    string Conversation,
    string To,
    string Cid,
    string Text,
    long Seen,
    bool Transmitted
)
{
    /// <summary>Never the text: it must not get into a log.</summary>
    public override string ToString() => $"{Conversation} {Cid}";
}

/// <summary>What a device holds of a conversation.</summary>
/// <param name="Conversation">Which conversation.</param>
/// <param name="Held">The highest seq up to and including which it lacks nothing it may see.</param>
/// <param name="Consumed">The highest seq that the application has taken.</param>
public sealed record StoredPosition(string Conversation, long Held, long Consumed);

/// <summary>How far this user has come in a conversation, and how much of it the server has confirmed.</summary>
/// <param name="Conversation">Which conversation.</param>
/// <param name="Delivered">The highest seq this device holds without a hole, as far as it is to be reported.</param>
/// <param name="Read">The highest seq the user has read here.</param>
/// <param name="ConfirmedDelivered">What the server has confirmed of <paramref name="Delivered"/>.</param>
/// <param name="ConfirmedRead">What the server has confirmed of <paramref name="Read"/>.</param>
public sealed record StoredMark(
    string Conversation,
    long Delivered,
    long Read,
    long ConfirmedDelivered,
    long ConfirmedRead
);

/// <summary>
/// A direct conversation found by the other user's name, so that it can be opened without a connection.
/// </summary>
/// <param name="Username">The other user's name.</param>
/// <param name="User">Their id.</param>
/// <param name="Conversation">The conversation's id.</param>
public sealed record StoredDirect(string Username, string User, string Conversation)
{
    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => $"{User} {Conversation}";
}
