namespace Connect.Client;

/// <summary>
/// A member has come further. Above 50 members the server only counts, see <see cref="ReceiptCountsChanged"/>; marks of
/// this user's own other devices come here all the same. The last one of each member wins.
/// </summary>
/// <param name="Conversation">Where.</param>
/// <param name="User">The member; this user too, when another device of theirs read on.</param>
/// <param name="Delivered">The highest seq that reached one of their devices.</param>
/// <param name="Read">The highest seq they have read.</param>
public sealed record ReceiptChanged(string Conversation, string User, long Delivered, long Read)
    : ConnectEvent(Conversation)
{
    internal override string? Replaces => User;
}

/// <summary>
/// In a group above 50 members: how many have got and read a message of this user. It holds at least for all earlier
/// messages too. Source: the server's <c>receipts</c>, and the list of the conversations after a time away. The last
/// one wins: a slow reader gets only the newest of each conversation.
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
/// Who is typing in a conversation now. Only told of conversations that are open (see
/// <see cref="ConnectClient.SetOpenAsync"/>) while the client is active. The last one wins: a slow reader gets only the
/// newest of each conversation.
/// </summary>
/// <param name="Conversation">Where.</param>
/// <param name="Users">
/// Ids of all who are, those who began first in front; the server names three at most. Empty: nobody. It ends with a
/// message, when they stop, and by itself 6 s after the last word of it.
/// </param>
public sealed record TypingChanged(string Conversation, IReadOnlyList<string> Users) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";
}

/// <summary>
/// Somebody who is watched came or went, or may no longer be seen, which looks as if they went. Source: the server's
/// <c>presence</c>. The last one wins: a slow reader gets only the newest of each user.
/// </summary>
/// <param name="Presence">Who, and how they stand now.</param>
public sealed record PresenceChanged(UserPresence Presence) : ConnectEvent("")
{
    internal override string? Replaces => Presence.User;
}
