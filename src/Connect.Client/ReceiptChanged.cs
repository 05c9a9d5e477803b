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
