using Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>
/// The next message of a conversation, in the order of its log and once. The user's own messages are included, also
/// those of this device.
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

/// <summary>The next seqs of a conversation will never come.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="From">The first of them.</param>
/// <param name="To">The last of them.</param>
/// <param name="Why">Not a member then, too old to be pushed (history may still have it), or deleted.</param>
public sealed record RangeSkipped(string Conversation, long From, long To, SkipReason Why) : ConnectEvent(Conversation);

/// <summary>
/// The server's data was restored from a backup and lost entries of a conversation: everything received above a seq is
/// void, and those seqs will be used again. An application that keeps its own copy discards these entries.
/// </summary>
/// <param name="Conversation">Where.</param>
/// <param name="Above">Entries above this seq are gone; 0: everything is sent anew.</param>
public sealed record ConversationReset(string Conversation, long Above) : ConnectEvent(Conversation);
