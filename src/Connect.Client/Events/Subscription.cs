namespace Connect.Client.Events;

/// <summary>One reader of events. Guarded by the lock of its <see cref="EventHub"/>.</summary>
internal sealed class Subscription(string? conversation)
{
    /// <summary>Only this conversation; null = all.</summary>
    public string? Conversation { get; } = conversation;

    public Queue<FeedItem> Items { get; private set; } = new();

    /// <summary>Handed out; it counts as taken when the application asks for the next.</summary>
    public FeedItem? Current { get; set; }

    /// <summary>Set when something came or the client ends.</summary>
    public TaskCompletionSource? Signal { get; set; }

    /// <summary>Takes out what was withdrawn.</summary>
    public void DropWithdrawn() => Items = new(Items.Where(item => !item.Withdrawn));

    public bool Wants(FeedItem item) => Conversation is null || Conversation == item.Event.Conversation;
}
