namespace Connect.Client.Events;

/// <summary>A message came into the outbox or left it. Only views are told: the application did it itself.</summary>
internal sealed record OutboxChanged(string Conversation) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";

    internal override bool IsForViews => true;
}
