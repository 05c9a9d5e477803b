using System.Diagnostics.CodeAnalysis;

namespace Connect.Client.Outbox;

/// <summary>
/// The outbox: per conversation oldest first. It decides what is transmitted next and with which <c>after</c>; it does
/// no I/O and has no clock.
/// </summary>
internal sealed class SendQueue(Random random)
{
    private readonly Dictionary<string, SendLane> _lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OutboxItem> _byCid = new(StringComparer.Ordinal);
    private TimeSpan _notBefore;
    private double _rate;

    /// <summary>
    /// What we make of the rate: other devices of the user share it, so after a refusal half of it is tried, and then
    /// a tenth more each second.
    /// </summary>
    private double _pace;
    private double _tokens;
    private TimeSpan _filledAt;

    public int Count => _byCid.Count;

    public IEnumerable<OutboxItem> Items => _byCid.Values.OrderBy(item => item.Id);

    public void Add(OutboxItem item)
    {
        if (!_lanes.TryGetValue(item.Conversation, out var lane))
        {
            lane = new(item.Conversation, random);
            _lanes.Add(item.Conversation, lane);
        }

        lane.Add(item);
        _byCid.Add(item.Cid, item);
    }

    /// <summary>The open message with this cid, if there is one.</summary>
    public OutboxItem? Find(string cid) => _byCid.GetValueOrDefault(cid);

    /// <summary>
    /// The server's limit of sends in a second, shared by all sessions of the user: kept here so that it is rarely
    /// refused there. 0 = none. A wait that the server asked for holds on: it is for the user, not for a connection.
    /// </summary>
    public void Connected(long sendRate, TimeSpan now)
    {
        var isWaiting = _notBefore > now && _rate > 0 && sendRate > 0;
        _rate = sendRate;
        _pace = isWaiting ? Math.Min(_pace, sendRate) : sendRate;
        if (!isWaiting)
        {
            _tokens = sendRate;
            _filledAt = now;
        }
    }

    public void Disconnected()
    {
        foreach (var lane in _lanes.Values)
        {
            lane.Disconnected();
        }
    }

    /// <summary>The next message to transmit, if one is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="item">The message, from now on in flight.</param>
    /// <param name="after">The cid of the latest earlier open message of the conversation, or empty.</param>
    /// <param name="prepare">Called before it is taken; may replace the cid of a message never transmitted.</param>
    public bool TryTake(
        TimeSpan now,
        Action<OutboxItem> prepare,
        [NotNullWhen(true)] out OutboxItem? item,
        out string after
    )
    {
        item = null;
        after = "";
        if (_notBefore > now || !HasToken(now))
        {
            return false;
        }

        foreach (var lane in _lanes.Values)
        {
            if (lane.HasNext && lane.NotBefore <= now)
            {
                item = lane.Peek();
                prepare(item);
                after = lane.Take();
                _tokens -= 1;
                return true;
            }
        }

        return false;
    }

    /// <summary>When something is due that is not due now; null = only events change anything.</summary>
    public TimeSpan? DueAt(TimeSpan now)
    {
        TimeSpan? due = null;
        foreach (var lane in _lanes.Values)
        {
            if (lane.HasNext && (due is null || lane.NotBefore < due))
            {
                due = lane.NotBefore;
            }
        }

        if (due is null)
        {
            return null;
        }

        var token = HasToken(now) ? now : _filledAt + TimeSpan.FromSeconds((1.001 - _tokens) / _pace);
        return Max(Max(due.Value, _notBefore), token);
    }

    /// <summary>Committed, refused for good, or discarded.</summary>
    public void Remove(OutboxItem item, TimeSpan now)
    {
        _byCid.Remove(item.Cid);
        if (!_lanes.TryGetValue(item.Conversation, out var lane))
        {
            return;
        }

        lane.Remove(item, now);
        if (lane.IsEmpty)
        {
            _lanes.Remove(lane.Conversation);
        }
    }

    /// <summary>A passing refusal of this message.</summary>
    /// <param name="item">The message.</param>
    /// <param name="delay">How long the server asks to wait; zero = it did not say.</param>
    /// <param name="wait">Whether to wait for a growing time when it did not say.</param>
    /// <param name="everywhere">Whether the wait is for all conversations.</param>
    /// <param name="now">The time.</param>
    public void Retry(OutboxItem item, TimeSpan delay, bool wait, bool everywhere, TimeSpan now)
    {
        if (everywhere)
        {
            SlowDown(now, delay);
            _notBefore = Max(_notBefore, now + delay);
        }

        if (_lanes.TryGetValue(item.Conversation, out var lane))
        {
            lane.Break(item, delay, wait, now);
        }
    }

    /// <summary>Gives a message that was never transmitted another cid.</summary>
    public void Rename(OutboxItem item, string cid)
    {
        _byCid.Remove(item.Cid);
        item.Cid = cid;
        item.Handle.Cid = cid;
        _byCid.Add(cid, item);
    }

    private bool HasToken(TimeSpan now)
    {
        if (_rate <= 0)
        {
            return true;
        }

        if (now > _filledAt)
        {
            var passed = (now - _filledAt).TotalSeconds;
            _pace = Math.Min(_rate, _pace + (passed * _rate / 10));
            _tokens = Math.Min(_pace, _tokens + (passed * _pace));
            _filledAt = now;
        }

        return _tokens >= 1;
    }

    /// <summary>Once for all that is refused in one go; what waits then does not leave in one go either.</summary>
    private void SlowDown(TimeSpan now, TimeSpan delay)
    {
        if (_rate > 0 && _notBefore <= now)
        {
            _pace = Math.Max(1, _pace / 2);
            _tokens = 1;
            _filledAt = now + delay;
        }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
