namespace Connect.Client;

/// <summary>
/// A member's marks rose. Above 50 members the server only counts, see <see cref="ReceiptCountsChanged"/>, but marks of
/// this user's other devices still arrive here. A slow reader gets only the newest of each member.
/// </summary>
/// <param name="Conversation">Where.</param>
/// <param name="User">The member; this user too, when another device of theirs read on.</param>
/// <param name="Delivered">The highest seq that reached one of their devices.</param>
/// <param name="Read">The highest seq they have read.</param>
public sealed record ReceiptChanged(string Conversation, string User, long Delivered, long Read)
    : ConnectEvent(Conversation)
{
    /// <summary>
    /// What is at or below <see cref="Delivered"/> and was not delivered in time all the same: all of it, each time.
    /// </summary>
    public EndedSeqs Ended { get; init; } = EndedSeqs.None;

    /// <summary>The member's marks.</summary>
    public MemberPlace Place => new(User, Delivered, Read) { Ended = Ended };

    internal override string? Replaces => User;
}

/// <summary>
/// In a group above 50 members: how many have received and read a message of this user. The counts hold at least for
/// all earlier messages too. Source: the server's <c>receipts</c>, and the conversation list after time offline. A slow
/// reader gets only the newest of each conversation.
/// </summary>
/// <param name="Conversation">Where.</param>
/// <param name="Seq">The message of this user that is counted.</param>
/// <param name="Delivered">Other members whose device holds it.</param>
/// <param name="Read">Other members who have read it.</param>
public sealed record ReceiptCountsChanged(string Conversation, long Seq, int Delivered, int Read)
    : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";
}

/// <summary>
/// Who is typing in a conversation now. Reported only for conversations that are open (see
/// <see cref="ConnectClient.SetOpenAsync"/>) while the client is active. A slow reader gets only the newest of each
/// conversation.
/// </summary>
/// <param name="Conversation">Where.</param>
/// <param name="Users">
/// Their ids, in the order in which they began; the server names three at most. Empty: nobody. Typing ends with a
/// message, when the user stops, or 6 s after the last sign of it.
/// </param>
public sealed record TypingChanged(string Conversation, IReadOnlyList<string> Users) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";
}

/// <summary>
/// A watched user came online or went offline; one whose presence this user may no longer see appears to go offline.
/// Source: the server's <c>presence</c>. A slow reader gets only the newest of each user.
/// </summary>
/// <param name="Presence">Who, and how they stand now.</param>
public sealed record PresenceChanged(UserPresence Presence) : ConnectEvent("")
{
    internal override string? Replaces => Presence.User;
}
