using Connect.Client.Stores;

namespace Connect.Client.Positions;

/// <summary>
/// What was received of one conversation: everything up to <see cref="Received"/>, and perhaps some of what is above a
/// hole. It releases items in the order of the log, once, and says when a hole is to be pulled.
/// </summary>
internal sealed class PositionTracker(long received, int bufferLimit)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    /// <summary>Fruitless pulls after which a head that nothing bears out is forgotten.</summary>
    private const int PatienceForHints = 5;

    private readonly SortedList<long, LogItem> _above = [];
    private TimeSpan? _pullAt;
    private int _fruitless;
    private bool _pulling;

    /// <summary>The highest seq up to and including which nothing is missing.</summary>
    public long Received { get; private set; } = received;

    /// <summary>The highest seq heard of.</summary>
    public long KnownHead { get; private set; } = received;

    /// <summary>Whether something is known to be missing.</summary>
    public bool HasHole => KnownHead > Received;

    /// <summary>
    /// When a pull is to be made; null while there is no hole, one is under way, or there is no room.
    /// </summary>
    public TimeSpan? PullAt => HasHole && !_pulling && !Paused ? _pullAt : null;

    /// <summary>No room for more: nothing is buffered and nothing pulled until <see cref="Resume"/>.</summary>
    public bool Paused { get; private set; }

    /// <summary>Takes an item and adds what can now be released, in order, to <paramref name="released"/>.</summary>
    public void Offer(LogItem item, TimeSpan now, List<LogItem> released)
    {
        if (item.To <= Received)
        {
            return;
        }

        KnownHead = Math.Max(KnownHead, item.To);
        if (Paused)
        {
            return;
        }

        if (item.From > Received + 1)
        {
            Buffer(item);
            _pullAt ??= now + ProtocolLimits.HoleGrace;
            return;
        }

        Release(item, released);
        while (_above.Count > 0 && _above.GetValueAtIndex(0).From <= Received + 1)
        {
            var next = _above.GetValueAtIndex(0);
            _above.RemoveAt(0);
            Release(next, released);
        }

        _fruitless = 0;
        _pullAt = HasHole ? now + ProtocolLimits.HoleGrace : null;
    }

    /// <summary>The server says that the log goes this far. What is missing may still be on its way.</summary>
    public void Hint(long head, TimeSpan now)
    {
        KnownHead = Math.Max(KnownHead, head);
        if (HasHole)
        {
            _pullAt ??= now + ProtocolLimits.HoleGrace;
        }
    }

    /// <summary>A page says that there is more above it: the next is pulled at once.</summary>
    public void MoreAbove(TimeSpan now)
    {
        KnownHead = Math.Max(KnownHead, Received + 1);
        _pullAt = now;
    }

    /// <summary>A device without memory begins here, but not above what it was pushed already.</summary>
    public void StartAt(long seq)
    {
        if (Received == 0 && seq > 0)
        {
            Received = _above.Count == 0 ? seq : Math.Min(seq, _above.GetValueAtIndex(0).From - 1);
            KnownHead = Math.Max(KnownHead, Received);
        }
    }

    /// <summary>There is no room for what comes.</summary>
    public void Pause()
    {
        Paused = true;
        _above.Clear();
    }

    /// <summary>There is room again: what was left out meanwhile is pulled at once.</summary>
    public void Resume(TimeSpan now)
    {
        Paused = false;
        _pullAt = HasHole ? now : null;
    }

    public void PullStarted() => _pulling = true;

    /// <summary>A pull was answered.</summary>
    /// <param name="progress">Whether it brought something.</param>
    /// <param name="now">The time.</param>
    public void PullEnded(bool progress, TimeSpan now)
    {
        _pulling = false;
        if (progress)
        {
            _pullAt = HasHole ? now : null;
            return;
        }

        _fruitless++;
        if (_fruitless >= PatienceForHints && _above.Count == 0)
        {
            KnownHead = Received;
        }

        var wait = FirstRetry * Math.Pow(2, Math.Min(_fruitless - 1, 10));
        _pullAt = HasHole ? now + (wait < LastRetry ? wait : LastRetry) : null;
    }

    /// <summary>The connection is gone: a pull under way gets no answer, and the next sync fills the hole.</summary>
    public void Disconnected()
    {
        _pulling = false;
        _fruitless = 0;
    }

    /// <summary>The conversation is over for this user: what is missing will not come.</summary>
    public void GiveUp()
    {
        _above.Clear();
        _pulling = false;
        KnownHead = Received;
        _pullAt = null;
    }

    private void Release(LogItem item, List<LogItem> released)
    {
        if (item.To <= Received)
        {
            return;
        }

        // A range may begin below what is held: only the rest of it is news.
        released.Add(item.From <= Received ? item with { From = item.Entry is null ? Received + 1 : item.From } : item);
        Received = item.To;
    }

    private void Buffer(LogItem item)
    {
        if (_above.TryGetValue(item.From, out var known))
        {
            if (item.To > known.To)
            {
                _above[item.From] = item;
            }

            return;
        }

        if (_above.Count == bufferLimit)
        {
            var last = _above.Count - 1;
            if (_above.GetKeyAtIndex(last) < item.From)
            {
                return;
            }

            // The pull brings it again.
            _above.RemoveAt(last);
        }

        _above.Add(item.From, item);
    }
}
