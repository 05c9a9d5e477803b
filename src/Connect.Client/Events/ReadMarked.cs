namespace Connect.Client.Events;

/// <summary>This device marked something as read. Only views are told: the application did it itself.</summary>
internal sealed record ReadMarked(string Conversation, long Read) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";

    internal override bool IsForViews => true;
}
