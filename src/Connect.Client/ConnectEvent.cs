namespace Connect.Client;

/// <summary>Something that happened in a conversation, or to a user.</summary>
/// <param name="Conversation">Where; empty for what belongs to no conversation, such as presence.</param>
public abstract record ConnectEvent(string Conversation)
{
    /// <summary>
    /// Of events of one type and conversation with the same value only the newest waits for a slow reader; null = each
    /// one counts.
    /// </summary>
    internal virtual string? Replaces => null;

    /// <summary>The application did it itself: only views are told.</summary>
    internal virtual bool IsForViews => false;
}
