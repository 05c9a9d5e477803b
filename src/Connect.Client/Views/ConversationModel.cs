using Connect.Client.Stores;

namespace Connect.Client.Views;

/// <summary>
/// Everything a view of one conversation decides: from events, the store and the history to a snapshot without a hole.
/// It does no I/O. One caller at a time.
/// </summary>
internal sealed class ConversationModel(string conversation)
{
    /// <summary>
    /// Items in memory, and as many more as somebody loaded: for each one that arrives then the oldest is dropped.
    /// </summary>
    public const int ItemLimit = 5_000;

    private readonly List<LogItem> _items = [];
    private readonly SortedDictionary<string, MemberPlace> _others = new(StringComparer.Ordinal);
    private IReadOnlyList<OutgoingMessage> _outgoing = [];
    private IReadOnlyList<string> _typing = [];
    private ReceiptCountsChanged? _counts;
    private long _read;
    private bool _hasOlder = true;

    /// <summary>This user's id.</summary>
    public string Me { get; set; } = "";

    /// <summary>The lowest seq that is there; null = none.</summary>
    public long? First => _items.Count > 0 ? _items[0].From : null;

    public bool CanLoadOlder => _hasOlder && First != 1;

    public void Apply(ConnectEvent value)
    {
        switch (value)
        {
            case MessageReceived message:
                Append(LogItem.Of(message.Entry));
                break;
            case EntryReceived entry:
                Append(LogItem.Of(entry.Entry));
                break;
            case RangeSkipped range:
                Append(new(range.Conversation, range.From, range.To, null, range.Why));
                break;
            case ReadMarked marked:
                _read = Math.Max(_read, marked.Read);
                break;
            case ReceiptChanged receipt when receipt.User == Me:
                _read = Math.Max(_read, receipt.Read);
                break;
            case ReceiptChanged receipt:
                Learn(receipt.Place);
                break;
            case ReceiptCountsChanged counts:
                _counts = counts;
                break;
            case TypingChanged typing:
                _typing = typing.Users;
                break;
            case ConversationReset reset:
                Reset(reset.Above);
                break;
        }
    }

    /// <summary>What the server says of it.</summary>
    public void Learn(ConversationInfo info)
    {
        _read = Math.Max(_read, info.Read);
        foreach (var other in info.Others)
        {
            Learn(other);
        }
    }

    /// <summary>The messages in the outbox. One that left it for the log stays until its entry is there.</summary>
    /// <param name="outgoing">Those in the outbox now.</param>
    /// <param name="changed">One that may have come and gone since the last look.</param>
    public void Learn(IEnumerable<OutgoingMessage> outgoing, OutgoingMessage? changed = null)
    {
        List<OutgoingMessage> now = [.. outgoing];
        var before = changed is null || _outgoing.Contains(changed) ? _outgoing : [.. _outgoing, changed];
        _outgoing = [.. before.Where(message => SeqOf(message) > Reaches && !now.Contains(message)), .. now];
    }

    /// <summary>
    /// Items from the store or the history, ascending. What joins on below is taken; what there is already, or does not
    /// join on, is not. With nothing there yet all of it is taken.
    /// </summary>
    public void AddOlder(IReadOnlyList<LogItem> items, bool hasOlder)
    {
        var joined = new List<LogItem>();
        var below = First;
        foreach (var item in items.Reverse())
        {
            if (below is null || item.To == below - 1)
            {
                joined.Add(item);
                below = item.From;
            }
        }

        joined.Reverse();
        _items.InsertRange(0, joined);
        _hasOlder = hasOlder && First != 1;
    }

    public ConversationContent Show() =>
        new(
            conversation,
            [.. _items],
            [.. _outgoing.Where(message => !IsThere(message))],
            _read,
            [.. _others.Values],
            _counts,
            _typing,
            CanLoadOlder
        );

    /// <summary>The next item. What there is already is left out; after a hole only what is above it is kept.</summary>
    private void Append(LogItem item)
    {
        if (_items.Count > 0 && item.To <= _items[^1].To)
        {
            return;
        }

        if (_items.Count > 0 && item.From > _items[^1].To + 1)
        {
            _items.Clear();
            _hasOlder = true;
        }

        _items.Add(item);
        if (_items.Count > ItemLimit)
        {
            _items.RemoveAt(0);
            _hasOlder = true;
        }
    }

    private void Learn(MemberPlace place)
    {
        _others[place.User] = _others.GetValueOrDefault(place.User)?.Raise(place) ?? place;
    }

    private void Reset(long above)
    {
        _items.RemoveAll(item => item.To > above);
        _others.Clear();
        _counts = null;
        _read = Math.Min(_read, above);
        _outgoing = [.. _outgoing.Where(message => SeqOf(message) <= above)];
    }

    private long Reaches => _items.Count > 0 ? _items[^1].To : 0;

    /// <summary>Its entry came before the outbox was looked at again, or it failed.</summary>
    private bool IsThere(OutgoingMessage message) =>
        message.State == OutgoingState.Failed
        || SeqOf(message) is > 0 and var seq && seq <= Reaches
        || _items.Exists(item => item.Entry?.Cid == message.Cid && item.Entry.From == Me);

    /// <summary>Where it is in the log; 0 = not yet, or nowhere.</summary>
    private static long SeqOf(OutgoingMessage message) =>
        message.Sent.IsCompletedSuccessfully ? message.Sent.Result.Seq : 0;
}
