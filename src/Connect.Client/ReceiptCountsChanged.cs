namespace Connect.Client;

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
