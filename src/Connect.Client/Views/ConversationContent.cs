using Connect.Client.Stores;

namespace Connect.Client;

/// <summary>A snapshot of one conversation.</summary>
/// <param name="Conversation">Its id.</param>
/// <param name="Items">
/// Entries and ranges that will not come, ascending and without a hole; the oldest are not all there, see
/// <see cref="HasOlder"/>.
/// </param>
/// <param name="Outgoing">
/// Messages of this device on their way, in sending order: each until its entry arrives or it fails.
/// </param>
/// <param name="Read">This user's read mark.</param>
/// <param name="Others">The marks of the others, as far as known.</param>
/// <param name="Counts">
/// Above 50 members: how many have received and read a message of this user; null = unknown.
/// </param>
/// <param name="Typing">Ids of those who are typing.</param>
/// <param name="HasOlder">There may be older entries: <see cref="ConversationView.LoadOlderAsync"/>.</param>
public sealed record ConversationContent(
    string Conversation,
    IReadOnlyList<LogItem> Items,
    IReadOnlyList<OutgoingMessage> Outgoing,
    long Read,
    IReadOnlyList<MemberPlace> Others,
    ReceiptCountsChanged? Counts,
    IReadOnlyList<string> Typing,
    bool HasOlder
)
{
    /// <summary>Never a text: it must not get into a log.</summary>
    public override string ToString() => $"{Conversation}: {Items.Count} items";
}
