namespace Connect.Client;

/// <summary>
/// The next entry of a conversation that is not a message: a change of membership, role or title, or a kind that this
/// version does not know.
/// </summary>
/// <param name="Entry">The entry.</param>
public sealed record EntryReceived(Entry Entry) : ConnectEvent(Entry.Conversation)
{
    /// <summary>Its number in the conversation.</summary>
    public long Seq => Entry.Seq;
}
