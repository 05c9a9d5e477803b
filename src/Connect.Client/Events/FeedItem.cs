namespace Connect.Client.Events;

/// <summary>An event that waits for the application.</summary>
internal sealed class FeedItem(long index, ConnectEvent value, long through, bool foreign, int life)
{
    /// <summary>Its place among all events of the client.</summary>
    public long Index { get; } = index;

    /// <summary>What the application gets. A receipt that nobody has taken yet is replaced by a later one.</summary>
    public ConnectEvent Event { get; set; } = value;

    /// <summary>The seq up to which the conversation is told with this event; 0 for what is not in the log.</summary>
    public long Through { get; } = through;

    /// <summary>Whether it is an entry of somebody else.</summary>
    public bool Foreign { get; } = foreign;

    /// <summary>The life of its conversation, see <c>ConversationState.Life</c>.</summary>
    public int Life { get; } = life;

    /// <summary>It was withdrawn: whoever holds it may keep it, but it does not count.</summary>
    public bool Withdrawn { get; set; }

    /// <summary>The subscribers that still have to take it.</summary>
    public int Waiting { get; set; }

    /// <summary>One subscriber took it and came back for more.</summary>
    public bool Taken { get; set; }
}
