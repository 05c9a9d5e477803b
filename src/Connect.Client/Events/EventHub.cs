using System.Runtime.CompilerServices;

namespace Connect.Client.Events;

/// <summary>
/// Hands events to the application. An entry stays here until each subscriber it concerns has come back for the next
/// event, and at least one has: only then is it taken. What nobody has taken goes to the next subscriber.
/// </summary>
internal sealed class EventHub(Action<FeedItem> taken)
{
    private readonly Lock _gate = new();
    private readonly List<Subscription> _subscriptions = [];
    private readonly Dictionary<string, int> _pending = new(StringComparer.Ordinal);

    // Entries that are not taken by all they concern, in order.
    private readonly SortedDictionary<long, FeedItem> _open = [];
    private long _nextIndex;
    private bool _ended;

    /// <summary>The entries of a conversation that are not taken yet.</summary>
    public int Pending(string conversation)
    {
        lock (_gate)
        {
            return _pending.GetValueOrDefault(conversation);
        }
    }

    /// <summary>Adds what follows in a conversation's log.</summary>
    public void PublishEntry(ConnectEvent value, long through, bool foreign, int life)
    {
        lock (_gate)
        {
            var item = new FeedItem(_nextIndex++, value, through, foreign, life);
            _pending[value.Conversation] = _pending.GetValueOrDefault(value.Conversation) + 1;
            _open.Add(item.Index, item);
            Deliver(item);
        }
    }

    /// <summary>Adds what is not in a log; nobody listens, nobody misses it.</summary>
    public void Publish(ConnectEvent value)
    {
        lock (_gate)
        {
            foreach (var subscription in _subscriptions)
            {
                var item = new FeedItem(_nextIndex++, value, 0, foreign: false, life: 0);
                // The last one wins, so that a slow reader holds at most one of each kind.
                if (subscription.Wants(item) && !subscription.Replace(value))
                {
                    subscription.Add(item);
                }
            }
        }
    }

    /// <summary>Takes back the entries of a conversation above a seq that nobody has come to.</summary>
    public void Withdraw(string conversation, long above)
    {
        lock (_gate)
        {
            var gone = _open
                .Values.Where(item => item.Event.Conversation == conversation && item.Through > above)
                .ToList();
            foreach (var item in gone)
            {
                item.Withdrawn = true;
                _open.Remove(item.Index);
                Discount(conversation);
            }

            foreach (var subscription in _subscriptions)
            {
                subscription.DropWithdrawn();
            }
        }
    }

    /// <summary>All events of a conversation, or of all, from the first that nobody has taken.</summary>
    public async IAsyncEnumerable<ConnectEvent> ReadAsync(
        string? conversation,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        bool isView = false
    )
    {
        var subscription = Subscribe(conversation, isView);
        try
        {
            while (true)
            {
                var (value, wait) = Next(subscription);
                if (value is not null)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return value;
                }
                else if (wait is null)
                {
                    yield break;
                }
                else
                {
                    await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Unsubscribe(subscription);
        }
    }

    /// <summary>The client ends: readers get what is left, then end.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            foreach (var subscription in _subscriptions)
            {
                subscription.Signal?.TrySetResult();
            }
        }
    }

    private void Deliver(FeedItem item)
    {
        foreach (var subscription in _subscriptions.Where(each => each.Wants(item)))
        {
            subscription.Add(item);
        }
    }

    private Subscription Subscribe(string? conversation, bool isView)
    {
        lock (_gate)
        {
            var subscription = new Subscription(conversation, isView);
            foreach (var item in _open.Values.Where(item => !item.Taken && subscription.Wants(item)))
            {
                subscription.Add(item);
            }

            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    private (ConnectEvent? Value, Task? Wait) Next(Subscription subscription)
    {
        lock (_gate)
        {
            if (subscription.Current is { } current)
            {
                subscription.Current = null;
                current.Taken = true;
                Leave(current);
            }

            if (subscription.Take() is { } item)
            {
                return (item.Event, null);
            }

            if (_ended)
            {
                return (null, null);
            }

            subscription.Signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return (null, subscription.Signal.Task);
        }
    }

    private void Unsubscribe(Subscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
            if (subscription.Current is { } current)
            {
                Leave(current);
            }

            foreach (var item in subscription.Items)
            {
                Leave(item);
            }
        }
    }

    /// <summary>A subscriber is done with an item, one way or the other.</summary>
    private void Leave(FeedItem item)
    {
        if (--item.Waiting > 0 || item.Withdrawn || item.Through == 0)
        {
            return;
        }

        if (item.Taken)
        {
            // One that nobody took stays for the next subscriber.
            Finish(item);
        }
    }

    private void Finish(FeedItem item)
    {
        _open.Remove(item.Index);
        Discount(item.Event.Conversation);
        taken(item);
    }

    private void Discount(string conversation)
    {
        var left = _pending.GetValueOrDefault(conversation) - 1;
        if (left > 0)
        {
            _pending[conversation] = left;
        }
        else
        {
            _pending.Remove(conversation);
        }
    }
}

/// <summary>An event that waits for the application.</summary>
internal sealed class FeedItem(long index, ConnectEvent value, long through, bool foreign, int life)
{
    /// <summary>Its place among all events of the client.</summary>
    public long Index { get; } = index;

    /// <summary>What the application gets. A receipt that nobody has taken yet is replaced by a later one.</summary>
    public ConnectEvent Event { get; set; } = value;

    /// <summary>The seq that the conversation reaches with this event; 0 for what is not in the log.</summary>
    public long Through { get; } = through;

    /// <summary>Whether it is an entry of another user.</summary>
    public bool Foreign { get; } = foreign;

    /// <summary>The life of its conversation, see <c>KnownConversation.Life</c>.</summary>
    public int Life { get; } = life;

    /// <summary>It was withdrawn: a reader that has it may keep it, but it does not count.</summary>
    public bool Withdrawn { get; set; }

    /// <summary>The subscribers that still have to take it.</summary>
    public int Waiting { get; set; }

    /// <summary>One subscriber took it and came back for more.</summary>
    public bool Taken { get; set; }
}
