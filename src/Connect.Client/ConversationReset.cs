namespace Connect.Client;

/// <summary>
/// The server lost entries of a conversation, because its data was restored from a backup: what was told above a seq
/// counts no more, and its numbers come again with other content. An application that keeps entries of its own forgets
/// those.
/// </summary>
/// <param name="Conversation">Where.</param>
/// <param name="Above">What is above this seq is gone; 0: everything is told anew.</param>
public sealed record ConversationReset(string Conversation, long Above) : ConnectEvent(Conversation);
