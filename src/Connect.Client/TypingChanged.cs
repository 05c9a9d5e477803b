namespace Connect.Client;

/// <summary>Who is typing in a conversation now.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="Users">All who are; it ends by itself 6 s after the last word of it.</param>
public sealed record TypingChanged(string Conversation, IReadOnlyList<string> Users) : ConnectEvent(Conversation);
