namespace Connect.Client;

/// <summary>
/// Who is typing in a conversation now. Only told of conversations that are open (see
/// <see cref="ConnectClient.SetOpenAsync"/>) while the client is active. The last one wins: a slow reader gets only the
/// newest of each conversation.
/// </summary>
/// <param name="Conversation">Where.</param>
/// <param name="Users">
/// Ids of all who are, those who began first in front; the server names three at most. Empty: nobody. It ends with a
/// message, when they stop, and by itself 6 s after the last word of it.
/// </param>
public sealed record TypingChanged(string Conversation, IReadOnlyList<string> Users) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";
}
