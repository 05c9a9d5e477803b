namespace Connect.Client;

/// <summary>
/// The next message of a conversation, in the order of its log and once. The user's own messages come too, those of
/// this device included.
/// </summary>
/// <param name="Entry">The message.</param>
/// <param name="IsOwn">Whether this user wrote it, on whichever device.</param>
public sealed record MessageReceived(Entry Entry, bool IsOwn) : ConnectEvent(Entry.Conversation)
{
    /// <summary>Its number in the conversation.</summary>
    public long Seq => Entry.Seq;

    /// <summary>The user who wrote it.</summary>
    public string From => Entry.From;

    /// <summary>What it says.</summary>
    public string Text => Entry.Text;

    /// <summary>When it was committed.</summary>
    public DateTimeOffset Time => Entry.Time;

    /// <summary>Never the text: it must not get into a log.</summary>
    public override string ToString() => Entry.ToString();
}
