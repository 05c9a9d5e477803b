using Connect.Protocol.V1;

namespace Connect.Client.Views;

/// <summary>
/// Everything a list of conversations decides: from events and from what the server says of conversations to a
/// snapshot, and what of it has to be asked of the server. It does no I/O. One caller at a time.
/// </summary>
internal sealed class ListModel
{
    private readonly Dictionary<string, ListRow> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UserPresence> _presence = new(StringComparer.Ordinal);

    // What has to be asked, and since which step.
    private readonly Dictionary<string, long> _stale = new(StringComparer.Ordinal);
    private long _allSince = 1;
    private bool _isComplete;

    /// <summary>
    /// The present step: each change is one. An answer holds as of the step in which it was asked for.
    /// </summary>
    public long Step { get; private set; } = 1;

    /// <summary>This user's id.</summary>
    public string Me { get; set; } = "";

    /// <summary>The whole list has to be read.</summary>
    public bool NeedsAll => _allSince > 0;

    /// <summary>Some conversations of which the server has to say more.</summary>
    public List<string> Stale(int limit) => [.. _stale.Keys.Take(limit)];

    /// <summary>Much may have happened unseen.</summary>
    public void Anew() => _allSince = ++Step;

    public void Apply(ConnectEvent value)
    {
        Step++;
        switch (value)
        {
            case PresenceChanged { Presence: var presence }:
                _presence[presence.User] = presence;
                return;
            case ConversationChanged { IsOver: true }:
                // An answer that was under way may have it still: the next one has the last word.
                _rows.Remove(value.Conversation);
                _stale[value.Conversation] = Step;
                return;
            case ConversationChanged:
                _stale[value.Conversation] = Step;
                return;
            case SendFailed or OutboxChanged:
                return;
        }

        var row = Row(value.Conversation, isNews: value is MessageReceived or EntryReceived);
        if (row is not null && Apply(row, value))
        {
            _stale[value.Conversation] = Step;
        }
    }

    /// <summary>What the store knows of a conversation, before the server says anything.</summary>
    public void Guess(ConversationInfo info)
    {
        if (_rows.TryAdd(info.Id, new(info)))
        {
            _rows[info.Id].TouchedAt = Step;
        }
    }

    /// <summary>The whole list, as it was asked for in a step.</summary>
    public void LearnAll(IReadOnlyList<ConversationInfo> list, long asked)
    {
        var listed = list.Select(info => info.Id).ToHashSet(StringComparer.Ordinal);
        foreach (
            var (id, _) in _rows.Where(each => each.Value.TouchedAt <= asked && !listed.Contains(each.Key)).ToList()
        )
        {
            _rows.Remove(id);
        }

        Learn(list, [], asked);
        _allSince = _allSince > asked ? _allSince : 0;
        _isComplete = true;
    }

    /// <summary>Some conversations, as they were asked for in a step; those left out are not this user's.</summary>
    public void Learn(IReadOnlyList<ConversationInfo> list, IReadOnlyList<string> ids, long asked)
    {
        Step++;
        foreach (var info in list)
        {
            Settle(info.Id, asked);
            if (_rows.TryGetValue(info.Id, out var row))
            {
                // One that was hidden since this was asked for stays so.
                row.IsHidden &= row.TouchedAt > asked;
                row.Learn(info);
                if (!row.IsCounted)
                {
                    // The mark was not there yet when the server counted.
                    _stale[info.Id] = Step;
                }
            }
            else if (!_stale.ContainsKey(info.Id))
            {
                _rows.Add(info.Id, new(info) { TouchedAt = Step });
            }
        }

        foreach (var id in ids.Except(list.Select(info => info.Id)))
        {
            Settle(id, asked);
            if (!_stale.ContainsKey(id))
            {
                _rows.Remove(id);
            }
        }
    }

    public ConversationList Show() =>
        new(
            [
                .. _rows
                    .Values.Where(row => row is { IsGuess: false, IsHidden: false })
                    .Select(row => new ConversationItem(row.Show(), row.Typing, _presence.GetValueOrDefault(row.Peer)))
                    .OrderByDescending(item => item.LastActivity ?? DateTimeOffset.MinValue)
                    .ThenBy(item => item.Id, StringComparer.Ordinal),
            ],
            _isComplete
        );

    private bool Apply(ListRow row, ConnectEvent value)
    {
        switch (value)
        {
            case MessageReceived message:
                row.TouchedAt = Step;
                return Take(row, message);
            case EntryReceived entry:
                row.TouchedAt = Step;
                return row.Take(entry.Seq, entry.Seq, entry.Entry) || row.IsGuess;
            case RangeSkipped range:
                return row.Take(range.From, range.To, null);
            case ReadMarked marked:
                return row.Read(marked.Read);
            case ReceiptChanged receipt when receipt.User == Me:
                return row.Read(receipt.Read);
            case ReceiptChanged receipt:
                row.Place(new(receipt.User, receipt.Delivered, receipt.Read));
                return false;
            case ReceiptCountsChanged counts:
                row.Count(counts.Delivered, counts.Read);
                return false;
            case TypingChanged typing:
                row.Typing = typing.Users;
                return false;
            case HiddenHere hidden:
                row.TouchedAt = Step;
                row.Hide(hidden.Through);
                return false;
            case ConversationReset reset:
                row.Reset(reset.Above);
                return true;
            default:
                return false;
        }
    }

    private static bool Take(ListRow row, MessageReceived message)
    {
        var asks = row.Take(message.Seq, message.Seq, message.Entry);
        if (message.IsOwn)
        {
            row.AddOwn(message.Seq);
        }
        else
        {
            row.AddForeign(message.Seq);
        }

        return asks || row.IsGuess;
    }

    /// <summary>A conversation that is not in the list comes into it with its first entry alone.</summary>
    private ListRow? Row(string id, bool isNews)
    {
        if (!_rows.TryGetValue(id, out var row) && isNews)
        {
            row = ListRow.Guess(id);
            _rows.Add(id, row);
        }

        return row;
    }

    private void Settle(string id, long asked)
    {
        if (_stale.TryGetValue(id, out var since) && since <= asked)
        {
            _stale.Remove(id);
        }
    }
}

/// <summary>One conversation of the list: what the server said of it, and what happened since.</summary>
internal sealed class ListRow(ConversationInfo told)
{
    /// <summary>Above the cap of unread messages more need not be remembered.</summary>
    private const int ForeignLimit = 2 * ProtocolLimits.UnreadCap;

    // The seqs of others' messages that came as events from a seq on, without a hole.
    private readonly SortedSet<long> _foreign = [];
    private ConversationInfo _told = told;
    private long _coversFrom = long.MaxValue;
    private long _reaches;
    private long _read = told.Read;

    /// <summary>When it last changed, in steps of the model.</summary>
    public long TouchedAt { get; set; }

    public IReadOnlyList<string> Typing { get; set; } = [];

    /// <summary>The user hid it, and nothing new has come.</summary>
    public bool IsHidden { get; set; }

    public string Peer => _told.Peer;

    /// <summary>The server has not said what it is.</summary>
    public bool IsGuess { get; private set; }

    public static ListRow Guess(string id) =>
        new(new(id, ConversationKind.Unspecified, "", "", 0, Role.Unspecified, 0, null, 0, 0, 0, false, []))
        {
            IsGuess = true,
        };

    /// <summary>What the server says now. It may be older than what came as events.</summary>
    public void Learn(ConversationInfo told)
    {
        var last = _told.Last is { } known && known.Seq > (told.Last?.Seq ?? 0) ? known : told.Last;
        var others = told.Others.Select(other => Higher(other, _told.Others)).ToList();
        _read = Math.Max(_read, told.Read);
        _told = told with { Last = last, Others = others };
        IsGuess = false;
        // What came since shows it again.
        IsHidden |= told.IsHidden && told.Head >= _reaches;
    }

    /// <summary>The next entry, or a range that will not come; true when the server has to say more of it.</summary>
    public bool Take(long from, long to, Entry? entry)
    {
        if (to <= _reaches)
        {
            return false;
        }

        if (from > _reaches + 1 || _coversFrom == long.MaxValue)
        {
            _foreign.Clear();
            _coversFrom = from;
        }

        _reaches = to;
        IsHidden &= entry is null;
        if (entry is null)
        {
            return false;
        }

        _told = entry.Seq > (_told.Last?.Seq ?? 0) ? _told with { Last = entry } : _told;
        return !entry.IsMessage && entry.Seq > _told.Head;
    }

    /// <summary>A message of another user came with <see cref="Take"/>.</summary>
    public void AddForeign(long seq)
    {
        _foreign.Add(seq);
        if (_foreign.Count > ForeignLimit)
        {
            var lowest = _foreign.Min;
            _foreign.Remove(lowest);
            _coversFrom = lowest + 1;
        }
    }

    /// <summary>A message of this user came with <see cref="Take"/>: nobody has it yet.</summary>
    public void AddOwn(long seq) =>
        _told = seq > _told.Head ? _told with { DeliveredCount = 0, ReadCount = 0, Request = false } : _told;

    /// <summary>This user has read so far; true when only the server can say how many are left.</summary>
    public bool Read(long seq)
    {
        _read = Math.Max(_read, seq);
        return !IsCounted;
    }

    /// <summary>This user hid it up to a seq: what came above that is news already.</summary>
    public void Hide(long through) => IsHidden |= Math.Max(_told.Head, _reaches) <= through;

    public void Place(MemberPlace place) =>
        _told = _told with
        {
            Others = [.. _told.Others.Where(other => other.User != place.User), Higher(place, _told.Others)],
        };

    public void Count(int delivered, int read) => _told = _told with { DeliveredCount = delivered, ReadCount = read };

    /// <summary>What is above a seq is gone; the server has to say what is there.</summary>
    public void Reset(long above)
    {
        _foreign.Clear();
        _coversFrom = long.MaxValue;
        _reaches = Math.Min(_reaches, above);
        _read = Math.Min(_read, above);
        _told = _told with
        {
            Head = Math.Min(_told.Head, above),
            Last = _told.Last is { } last && last.Seq > above ? null : _told.Last,
            Unread = 0,
            Others = [],
        };
    }

    public ConversationInfo Show() =>
        _told with
        {
            Head = Math.Max(_told.Head, _reaches),
            Read = _read,
            Delivered = Math.Max(_told.Delivered, _read),
            Unread = Unread,
        };

    /// <summary>Nobody has to be asked how many are unread.</summary>
    public bool IsCounted => _read <= _told.Read || _read >= _told.Head || Covers;

    private bool Covers => _coversFrom <= _read + 1 && _reaches >= _told.Head;

    private int Unread
    {
        get
        {
            if (Covers || _read >= _told.Head)
            {
                return Math.Min(ProtocolLimits.UnreadCap, Above(_read));
            }

            // Where only the server can count it is asked; until it answers this is the most it can be.
            var left = Math.Min(_told.Unread, _told.Head - _read);
            return (int)Math.Min(ProtocolLimits.UnreadCap, left + Above(_told.Head));
        }
    }

    private int Above(long seq) => _foreign.Count == 0 ? 0 : _foreign.GetViewBetween(seq + 1, long.MaxValue).Count;

    private static MemberPlace Higher(MemberPlace place, IReadOnlyList<MemberPlace> known) =>
        known.FirstOrDefault(other => other.User == place.User) is { } before ? before.Raise(place) : place;
}
