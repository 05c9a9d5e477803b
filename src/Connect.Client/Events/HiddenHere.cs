namespace Connect.Client.Events;

/// <summary>This device hid a conversation until something above a seq comes. Only views are told.</summary>
internal sealed record HiddenHere(string Conversation, long Through) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";

    internal override bool IsForViews => true;
}
