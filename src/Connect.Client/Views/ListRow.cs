using Connect.Protocol.V1;

namespace Connect.Client.Views;

/// <summary>One conversation of the list: what the server said of it, and what happened since.</summary>
internal sealed class ListRow(ConversationInfo told)
{
    private const int UnreadCap = 100;

    /// <summary>Above the cap of unread messages more need not be remembered.</summary>
    private const int ForeignLimit = 2 * UnreadCap;

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
        return entry.Kind != EntryKind.Message && entry.Seq > _told.Head;
    }

    /// <summary>A message of somebody else came with <see cref="Take"/>.</summary>
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
                return Math.Min(UnreadCap, Above(_read));
            }

            // Where only the server can count it is asked; until it answers this is the most it can be.
            var left = Math.Min(_told.Unread, _told.Head - _read);
            return (int)Math.Min(UnreadCap, left + Above(_told.Head));
        }
    }

    private int Above(long seq) => _foreign.Count == 0 ? 0 : _foreign.GetViewBetween(seq + 1, long.MaxValue).Count;

    private static MemberPlace Higher(MemberPlace place, IReadOnlyList<MemberPlace> known) =>
        known.FirstOrDefault(other => other.User == place.User) is { } before
            ? new(place.User, Math.Max(place.Delivered, before.Delivered), Math.Max(place.Read, before.Read))
            : place;
}
