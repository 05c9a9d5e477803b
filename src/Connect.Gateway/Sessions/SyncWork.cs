using Connect.Contracts.Identifiers;

namespace Connect.Gateway.Sessions;

/// <summary>
/// What a session still has to be told before it is live: the conversations to read, each from a seq on. Pure; the
/// caller guards it with one lock. A conversation that moves meanwhile joins the list again.
/// </summary>
internal sealed class SyncWork
{
    private readonly Dictionary<ConversationId, Item> _items = [];
    private readonly Queue<ConversationId> _waiting = new();
    private readonly Dictionary<ConversationId, long> _unlisted = [];
    private readonly bool _onlyListed;
    private int _taken;

    /// <param name="onlyListed">
    /// Only conversations given to <see cref="Hold"/> are read; others that move are hinted at when the session turns
    /// live, for only the client knows from where on it lacks them.
    /// </param>
    public SyncWork(bool onlyListed) => _onlyListed = onlyListed;

    /// <summary>Nothing is left to read.</summary>
    public bool IsDone => _waiting.Count == 0 && _taken == 0;

    /// <summary>Conversations that moved and were not listed, with their heads.</summary>
    public IReadOnlyDictionary<ConversationId, long> Unlisted => _unlisted;

    /// <summary>
    /// The device lacks nothing up to <paramref name="position"/>: read from there. The last call counts.
    /// </summary>
    public void Hold(ConversationId conversation, long position)
    {
        var item = Get(conversation);
        item.Position = position;
        Enqueue(conversation, item);
    }

    /// <summary>The conversation has entries up to <paramref name="head"/> now.</summary>
    public void Moved(ConversationId conversation, long head)
    {
        if (_onlyListed && !_items.ContainsKey(conversation))
        {
            _unlisted[conversation] = Math.Max(head, _unlisted.GetValueOrDefault(conversation));
            return;
        }

        var item = Get(conversation);
        item.Head = Math.Max(item.Head, head);
        item.HasMoved = true;
        if (item.Head > item.Position)
        {
            Enqueue(conversation, item);
        }
    }

    /// <summary>
    /// Takes the next conversation to read; <see cref="Advance"/> or <see cref="Drop"/> gives it back.
    /// </summary>
    public bool TryTake(out ConversationId conversation, out long position)
    {
        position = 0;
        if (!_waiting.TryDequeue(out conversation))
        {
            return false;
        }

        var item = _items[conversation];
        item.IsWaiting = false;
        item.IsTaken = true;
        item.HasMoved = false;
        _taken++;
        position = item.Position;
        return true;
    }

    /// <summary>
    /// The device was told everything up to <paramref name="through"/>, which may be below the position it claimed;
    /// <paramref name="head"/> is how far the conversation went when it was read.
    /// </summary>
    public void Advance(ConversationId conversation, long through, long head)
    {
        var item = GiveBack(conversation);
        item.Position = through;
        item.Head = Math.Max(item.Head, head);
        if (item.Head > item.Position)
        {
            Enqueue(conversation, item);
        }
    }

    /// <summary>
    /// There is nothing in it for this device, whatever its head is; unless it moved while it was read, for then the
    /// reader may have become a member since.
    /// </summary>
    public void Drop(ConversationId conversation)
    {
        var item = GiveBack(conversation);
        if (item.HasMoved)
        {
            Enqueue(conversation, item);
        }
        else
        {
            item.Position = Math.Max(item.Position, item.Head);
        }
    }

    /// <summary>It could not be read: it comes again.</summary>
    public void Retry(ConversationId conversation) => Enqueue(conversation, GiveBack(conversation));

    private Item GiveBack(ConversationId conversation)
    {
        var item = _items[conversation];
        item.IsTaken = false;
        _taken--;
        return item;
    }

    private Item Get(ConversationId conversation)
    {
        if (!_items.TryGetValue(conversation, out var item))
        {
            _items.Add(conversation, item = new());
        }

        return item;
    }

    private void Enqueue(ConversationId conversation, Item item)
    {
        // A taken one comes back by Advance, which sees the raised head.
        if (!item.IsWaiting && !item.IsTaken)
        {
            item.IsWaiting = true;
            _waiting.Enqueue(conversation);
        }
    }

    private sealed class Item
    {
        public long Position { get; set; }
        public long Head { get; set; }
        public bool IsWaiting { get; set; }
        public bool IsTaken { get; set; }
        public bool HasMoved { get; set; }
    }
}
