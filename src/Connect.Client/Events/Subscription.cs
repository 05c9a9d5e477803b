namespace Connect.Client.Events;

/// <summary>One reader of events. Guarded by the lock of its <see cref="EventHub"/>.</summary>
internal sealed class Subscription(string? conversation, bool isView)
{
    // What the next of its kind replaces, as long as the reader has not come to it.
    private readonly Dictionary<(Type Type, string Conversation, string Key), FeedItem> _replaceable = [];

    /// <summary>Only this conversation; null = all.</summary>
    public string? Conversation { get; } = conversation;

    public Queue<FeedItem> Items { get; private set; } = new();

    /// <summary>Handed out; it counts as taken when the application asks for the next.</summary>
    public FeedItem? Current { get; set; }

    /// <summary>Set when something came or the client ends.</summary>
    public TaskCompletionSource? Signal { get; set; }

    /// <summary>Takes out what was withdrawn.</summary>
    public void DropWithdrawn() => Items = new(Items.Where(item => !item.Withdrawn));

    /// <summary>What belongs to no conversation is for all.</summary>
    public bool Wants(FeedItem item) =>
        (isView || !item.Event.IsForViews)
        && (Conversation is null || item.Event.Conversation.Length == 0 || Conversation == item.Event.Conversation);

    /// <summary>An event takes the place of one of its kind that waits; false when none does.</summary>
    public bool Replace(ConnectEvent value)
    {
        if (KeyOf(value) is { } key && _replaceable.TryGetValue(key, out var waiting))
        {
            waiting.Event = value;
            return true;
        }

        return false;
    }

    public void Add(FeedItem item)
    {
        item.Waiting++;
        Items.Enqueue(item);
        if (KeyOf(item.Event) is { } key)
        {
            _replaceable[key] = item;
        }

        Signal?.TrySetResult();
    }

    /// <summary>Hands out the next one, if there is one.</summary>
    public FeedItem? Take()
    {
        if (!Items.TryDequeue(out var item))
        {
            return null;
        }

        if (KeyOf(item.Event) is { } key)
        {
            _replaceable.Remove(key);
        }

        return Current = item;
    }

    private static (Type, string, string)? KeyOf(ConnectEvent value) =>
        value.Replaces is { } key ? (value.GetType(), value.Conversation, key) : null;
}
