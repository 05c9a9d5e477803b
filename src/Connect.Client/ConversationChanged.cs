namespace Connect.Client;

/// <summary>A conversation of this user is new, changed, or over for them.</summary>
/// <param name="Conversation">Which.</param>
/// <param name="IsOver">It is no longer this user's.</param>
public sealed record ConversationChanged(string Conversation, bool IsOver) : ConnectEvent(Conversation);
