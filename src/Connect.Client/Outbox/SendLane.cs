namespace Connect.Client.Outbox;

/// <summary>
/// The open messages of one conversation, oldest first. Those in flight are at the front; after a passing refusal the
/// lane waits until all in flight are answered and then begins again with the oldest, so that the order holds.
/// </summary>
internal sealed class SendLane(string conversation, Random random)
{
    /// <summary>Messages of one conversation in flight, so that one lane leaves room for others.</summary>
    public const int Window = 64;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastDelay = TimeSpan.FromSeconds(5);

    private readonly List<OutboxItem> _items = [];
    private int _next;
    private int _unanswered;
    private int _refusals;
    private bool _broken;
    private TimeSpan _delay;

    public string Conversation { get; } = conversation;

    public bool IsEmpty => _items.Count == 0;

    /// <summary>The lane rests until then.</summary>
    public TimeSpan NotBefore { get; private set; }

    /// <summary>Whether something is to be transmitted, now or at <see cref="NotBefore"/>.</summary>
    public bool HasNext => !_broken && _next < _items.Count && _unanswered < Window;

    public IReadOnlyList<OutboxItem> Items => _items;

    public void Add(OutboxItem item) => _items.Add(item);

    /// <summary>The next to transmit.</summary>
    public OutboxItem Peek() => _items[_next];

    /// <summary>Takes what <see cref="Peek"/> shows.</summary>
    /// <returns>The cid of the latest earlier open message, or empty.</returns>
    public string Take()
    {
        var after = _next == 0 ? "" : _items[_next - 1].Cid;
        _items[_next].InFlight = true;
        _next++;
        _unanswered++;
        return after;
    }

    /// <summary>The message is committed or refused for good: it leaves.</summary>
    public void Remove(OutboxItem item, TimeSpan now)
    {
        var index = _items.IndexOf(item);
        if (index < 0)
        {
            return;
        }

        _items.RemoveAt(index);
        if (index < _next)
        {
            _next--;
        }

        _refusals = 0;
        Answered(item, now);
    }

    /// <summary>
    /// A passing refusal: begin again after <paramref name="delay"/>, or after a growing wait of our own.
    /// </summary>
    public void Break(OutboxItem item, TimeSpan delay, bool wait, TimeSpan now)
    {
        if (!item.InFlight)
        {
            return;
        }

        _broken = true;
        if (delay == TimeSpan.Zero && wait)
        {
            delay = FirstDelay * Math.Pow(2, Math.Min(_refusals, 10));
            // Half of it jitter: what failed together does not come back together.
            delay = (delay < LastDelay ? delay : LastDelay) * (0.5 + (random.NextDouble() / 2));
            _refusals++;
        }

        _delay = delay > _delay ? delay : _delay;
        Answered(item, now);
    }

    /// <summary>The connection is gone: everything is open again.</summary>
    public void Disconnected()
    {
        foreach (var item in _items)
        {
            item.InFlight = false;
        }

        _next = 0;
        _unanswered = 0;
        _broken = false;
        _delay = TimeSpan.Zero;
        NotBefore = TimeSpan.Zero;
    }

    private void Answered(OutboxItem item, TimeSpan now)
    {
        if (item.InFlight)
        {
            item.InFlight = false;
            _unanswered--;
        }

        if (_broken && _unanswered == 0)
        {
            _broken = false;
            _next = 0;
            NotBefore = now + _delay;
            _delay = TimeSpan.Zero;
        }
    }
}
