namespace Connect.Client;

/// <summary>Something that happened in a conversation.</summary>
/// <param name="Conversation">Where.</param>
public abstract record ConnectEvent(string Conversation);
