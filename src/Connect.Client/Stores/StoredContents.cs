namespace Connect.Client.Stores;

/// <summary>The contents of a store in memory; batches are applied to it.</summary>
internal sealed class StoredContents
{
    private readonly Dictionary<string, ConversationContents> _conversations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, OutboxMessage> _outbox = [];
    private readonly Dictionary<string, StoredMark> _marks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredDirect> _directs = new(StringComparer.Ordinal);

    /// <summary>Who it belongs to.</summary>
    public StoredAccount Account { get; private set; } = StoredAccount.None;

    /// <summary>The secret that gets access tokens.</summary>
    public string RefreshToken { get; private set; } = "";

    /// <summary>Under which life of the server's data it was read.</summary>
    public string Store { get; private set; } = "";

    /// <summary>Takes a batch.</summary>
    /// <param name="batch">The changes.</param>
    /// <param name="keepItems">Whether the entries are kept, too.</param>
    public void Apply(StoreBatch batch, bool keepItems)
    {
        Account = batch.Account ?? Account;
        RefreshToken = batch.RefreshToken ?? RefreshToken;
        if (batch.Store is not null && batch.Store != Store)
        {
            // Names may belong to others in another life.
            Store = batch.Store;
            _directs.Clear();
        }

        foreach (var message in batch.Outbox)
        {
            _outbox[message.Id] = message;
        }

        foreach (var id in batch.OutboxRemoved)
        {
            _outbox.Remove(id);
        }

        foreach (var mark in batch.Marks)
        {
            _marks[mark.Conversation] = mark;
        }

        foreach (var direct in batch.Directs)
        {
            _directs[direct.Username] = direct;
        }

        if (keepItems)
        {
            ApplyItems(batch);
        }
    }

    /// <summary>What a client loads at its start.</summary>
    public StoredState ToState() =>
        new()
        {
            Account = Account,
            RefreshToken = RefreshToken,
            Store = Store,
            Outbox = [.. _outbox.Values],
            Positions = [.. _conversations.Select(each => each.Value.Position(each.Key))],
            Marks = [.. _marks.Values],
            Directs = [.. _directs.Values],
        };

    /// <summary>Kept items of a conversation that end above a seq.</summary>
    public IReadOnlyList<LogItem> Read(string conversation, long after, int limit) =>
        _conversations.TryGetValue(conversation, out var contents) ? contents.Read(after, limit) : [];

    /// <summary>
    /// Batches that restore the same contents, with no more than <paramref name="keep"/> items of each
    /// conversation that the application has taken.
    /// </summary>
    public IEnumerable<StoreBatch> Snapshot(int keep)
    {
        yield return new()
        {
            Account = Account,
            RefreshToken = RefreshToken,
            Store = Store,
            Outbox = [.. _outbox.Values],
            Marks = [.. _marks.Values],
            Directs = [.. _directs.Values],
        };
        foreach (var (id, contents) in _conversations)
        {
            contents.Trim(keep);
            foreach (var batch in contents.Snapshot(id))
            {
                yield return batch;
            }
        }
    }

    private void ApplyItems(StoreBatch batch)
    {
        foreach (var place in batch.Dropped)
        {
            Conversation(place.Conversation).Drop(place.Held);
        }

        foreach (var item in batch.Items)
        {
            Conversation(item.Conversation).Add(item);
        }

        foreach (var place in batch.Consumed)
        {
            Conversation(place.Conversation).Consume(place.Consumed);
        }
    }

    private ConversationContents Conversation(string id)
    {
        if (!_conversations.TryGetValue(id, out var contents))
        {
            contents = new();
            _conversations.Add(id, contents);
        }

        return contents;
    }
}

/// <summary>The kept items of one conversation, without a hole from the first kept to the last.</summary>
internal sealed class ConversationContents
{
    private const int ItemsPerBatch = 256;

    private readonly List<LogItem> _items = [];
    private long _held;
    private long _consumed;

    public StoredPosition Position(string id) => new(id, _held, _consumed);

    /// <summary>Adds what follows; what is held already is left out.</summary>
    public void Add(LogItem item)
    {
        if (item.To > _held)
        {
            _items.Add(item);
            _held = item.To;
        }
    }

    /// <summary>Forgets everything above a seq.</summary>
    public void Drop(long seq)
    {
        _items.RemoveRange(FirstAbove(seq), _items.Count - FirstAbove(seq));
        _held = Math.Min(_held, seq);
        _consumed = Math.Min(_consumed, seq);
    }

    public void Consume(long seq) => _consumed = Math.Max(_consumed, seq);

    public IReadOnlyList<LogItem> Read(long after, int limit)
    {
        var first = FirstAbove(after);
        return _items.GetRange(first, Math.Min(limit, _items.Count - first));
    }

    /// <summary>Forgets the oldest items that the application has taken. The position stays.</summary>
    public void Trim(int keep)
    {
        var drop = Math.Min(_items.Count - keep, FirstAbove(_consumed));
        if (drop > 0)
        {
            _items.RemoveRange(0, drop);
        }
    }

    public IEnumerable<StoreBatch> Snapshot(string id)
    {
        for (var start = 0; start < _items.Count; start += ItemsPerBatch)
        {
            yield return new() { Items = _items.GetRange(start, Math.Min(ItemsPerBatch, _items.Count - start)) };
        }

        yield return new() { Consumed = [new(id, 0, _consumed)] };
    }

    private int FirstAbove(long seq)
    {
        var low = 0;
        var high = _items.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _items[middle].To > seq ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
