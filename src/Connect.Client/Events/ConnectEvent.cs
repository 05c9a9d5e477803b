using Connect.Client.Stores;

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

    /// <summary>The application did it itself: only views get it.</summary>
    internal virtual bool IsForViews => false;

    /// <summary>The event for an item of a log.</summary>
    /// <param name="item">The item.</param>
    /// <param name="user">This user.</param>
    internal static ConnectEvent Of(LogItem item, string user) =>
        item.Entry switch
        {
            null => new RangeSkipped(item.Conversation, item.From, item.To, item.Why),
            { IsMessage: true } entry => new MessageReceived(entry, entry.From == user),
            var entry => new EntryReceived(entry),
        };
}

/// <summary>
/// A conversation of this user is new, over for them, or changed in what the list shows beyond its entries: read it
/// with <see cref="ConnectClient.GetConversationAsync"/>. Source: the server's <c>conversation</c>, which may be lost:
/// read the list after time offline. A slow reader gets only the newest of each conversation.
/// </summary>
/// <param name="Conversation">Which.</param>
/// <param name="IsOver">It is no longer this user's.</param>
public sealed record ConversationChanged(string Conversation, bool IsOver) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";
}

/// <summary>
/// A message of this device was refused for good and left the outbox. Messages of an earlier process are included.
/// </summary>
/// <param name="Message">The message.</param>
/// <param name="Error">Why.</param>
public sealed record SendFailed(OutgoingMessage Message, ConnectException Error) : ConnectEvent(Message.Conversation);

/// <summary>This device marked something as read. For views only: the application did it itself.</summary>
internal sealed record ReadMarked(string Conversation, long Read) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";

    internal override bool IsForViews => true;
}

/// <summary>A message entered the outbox or left it. For views only: the application did it itself.</summary>
internal sealed record OutboxChanged(string Conversation, OutgoingMessage Message) : ConnectEvent(Conversation)
{
    internal override string? Replaces => Message.Cid;

    internal override bool IsForViews => true;
}

/// <summary>This device hid a conversation until there is an entry above a seq. For views only.</summary>
internal sealed record HiddenHere(string Conversation, long Through) : ConnectEvent(Conversation)
{
    internal override string? Replaces => "";

    internal override bool IsForViews => true;
}
