namespace Connect.Client.Stores;

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
