using Connect.Contracts.Identifiers;

namespace Connect.Gateway.Sessions;

/// <summary>
/// What a session still has to be told before it is live: the conversations to read, each from a seq on. Pure; the
/// caller guards it with one lock. A conversation that moves meanwhile joins the list again. What was taken since the
/// last page can be put back: a page that is not sent must leave no hole.
/// </summary>
internal sealed class SyncWork
{
    // A dictionary's entry of a conversation and a number, roughly.
    private const int BytesPerHead = 56;

    private readonly Dictionary<ConversationId, long> _heads = [];
    private readonly Dictionary<ConversationId, long> _unlisted = [];
    private readonly Queue<int> _again = new();
    private readonly List<(int Index, long Position)> _page = [];
    private readonly bool _onlyListed;
    private HeldPositions _held = new();
    private int _next;
    private int _waiting;
    private int _taken;

    /// <param name="onlyListed">
    /// Only conversations given to <c>Hold</c> are read; others that move are hinted at when the session turns
    /// live, for only the client knows from where on it lacks them.
    /// </param>
    public SyncWork(bool onlyListed) => _onlyListed = onlyListed;

    /// <summary>Nothing is left to read.</summary>
    public bool IsDone => _waiting == 0 && _taken == 0;

    /// <summary>Bytes of memory it takes, roughly.</summary>
    public long Bytes => _held.Bytes + ((long)(_heads.Count + _unlisted.Count) * BytesPerHead);

    /// <summary>Conversations that moved and were not listed, with their heads.</summary>
    public IReadOnlyDictionary<ConversationId, long> Unlisted => _unlisted;

    /// <summary>
    /// The device lacks nothing up to the given positions: read from there, in their order. To be called before
    /// anything is taken; the positions belong to the work from then on.
    /// </summary>
    public void Hold(HeldPositions positions)
    {
        positions.Trim();
        var moved = _held;
        _held = positions;
        _again.Clear();
        (_next, _waiting) = (0, 0);
        for (var index = 0; index < positions.Count; index++)
        {
            Enqueue(index);
        }

        for (var i = 0; i < moved.Count; i++)
        {
            Enqueue(_held.FindOrAdd(moved[i]));
        }
    }

    /// <summary>
    /// The device lacks nothing up to <paramref name="position"/>: read from there. The last call counts.
    /// </summary>
    public void Hold(ConversationId conversation, long position)
    {
        var index = _held.FindOrAdd(conversation);
        _held.SetPosition(index, position);
        Enqueue(index);
    }

    /// <summary>The conversation has entries up to <paramref name="head"/> now.</summary>
    public void Moved(ConversationId conversation, long head)
    {
        var index = _held.Find(conversation);
        if (_onlyListed && index < 0)
        {
            _unlisted[conversation] = Math.Max(head, _unlisted.GetValueOrDefault(conversation));
            return;
        }

        index = index < 0 ? _held.FindOrAdd(conversation) : index;
        _held.Set(index, HeldFlags.Moved, isOn: true);
        head = Math.Max(head, _heads.GetValueOrDefault(conversation));
        if (head > _held.PositionOf(index))
        {
            _heads[conversation] = head;
            Enqueue(index);
        }
    }

    /// <summary>
    /// Takes the next conversation to read; <see cref="Advance"/> or <see cref="Drop"/> gives it back.
    /// </summary>
    public bool TryTake(out ConversationId conversation, out long position)
    {
        (conversation, position) = (default, 0);
        if (!TryNext(out var index))
        {
            return false;
        }

        _waiting--;
        _taken++;
        _held.Set(index, HeldFlags.Waits | HeldFlags.Moved, isOn: false);
        _held.Set(index, HeldFlags.Taken, isOn: true);
        (conversation, position) = (_held[index], _held.PositionOf(index));
        _page.Add((index, position));
        return true;
    }

    /// <summary>
    /// The device was told everything up to <paramref name="through"/>, which may be below the position it claimed;
    /// <paramref name="head"/> is how far the conversation went when it was read.
    /// </summary>
    public void Advance(ConversationId conversation, long through, long head)
    {
        var index = GiveBack(conversation);
        _held.SetPosition(index, through);
        if (Math.Max(head, _heads.GetValueOrDefault(conversation)) > through)
        {
            Enqueue(index);
        }
        else
        {
            _heads.Remove(conversation);
        }
    }

    /// <summary>
    /// There is nothing in it for this device, whatever its head is; unless it moved while it was read, for then the
    /// reader may have become a member since.
    /// </summary>
    public void Drop(ConversationId conversation)
    {
        var index = GiveBack(conversation);
        if (_held.Has(index, HeldFlags.Moved))
        {
            Enqueue(index);
            return;
        }

        _heads.Remove(conversation, out var head);
        _held.SetPosition(index, Math.Max(_held.PositionOf(index), head));
    }

    /// <summary>It could not be read: it comes again.</summary>
    public void Retry(ConversationId conversation) => Enqueue(GiveBack(conversation));

    /// <summary>What was taken until now is on its way to the device.</summary>
    public void PageSent() => _page.Clear();

    /// <summary>What was taken since the last page will never reach the device: all of it comes again.</summary>
    public void PageLost()
    {
        // Backwards, so that the position before the first of several takes counts.
        for (var i = _page.Count - 1; i >= 0; i--)
        {
            var (index, position) = _page[i];
            if (_held.Has(index, HeldFlags.Taken))
            {
                GiveBack(_held[index]);
            }

            _held.SetPosition(index, position);
            Enqueue(index);
        }

        _page.Clear();
    }

    private int GiveBack(ConversationId conversation)
    {
        var index = _held.Find(conversation);
        _held.Set(index, HeldFlags.Taken, isOn: false);
        _taken--;
        return index;
    }

    private bool TryNext(out int index)
    {
        for (; _next < _held.Count; _next++)
        {
            if (_held.Has(_next, HeldFlags.Waits))
            {
                index = _next++;
                return true;
            }
        }

        return _again.TryDequeue(out index);
    }

    private void Enqueue(int index)
    {
        // A taken one comes back by Advance, which sees the raised head.
        if (_held.Has(index, HeldFlags.Waits) || _held.Has(index, HeldFlags.Taken))
        {
            return;
        }

        _held.Set(index, HeldFlags.Waits, isOn: true);
        _waiting++;
        if (index < _next)
        {
            // The others are ahead of where the first round got to.
            _again.Enqueue(index);
        }
    }
}
