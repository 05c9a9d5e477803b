namespace Connect.Client;

/// <summary>
/// A conversation of this user is new, over for them, or changed in what the list shows beyond its entries: read it
/// with <see cref="ConnectClient.GetConversationAsync"/>. Source: the server's <c>conversation</c>, which may be lost:
/// after a time away read the list. The last one wins.
/// </summary>
/// <param name="Conversation">Which.</param>
/// <param name="IsOver">It is no longer this user's.</param>
public sealed record ConversationChanged(string Conversation, bool IsOver) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";
}
