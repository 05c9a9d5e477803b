using Connect.Cli.Screens.Keys;
using Connect.Client;
using Connect.Protocol.V1;

namespace Connect.Cli.Screens.Chats;

/// <summary>What the screen knows of one conversation.</summary>
internal sealed class Chat(string id, string me)
{
    /// <summary>Entries of one conversation in memory; there scrolling stops, and new ones push out old ones.</summary>
    public const int EntryLimit = 5_000;

    /// <summary>Refused messages that are kept on the screen; the oldest go first.</summary>
    public const int FailedLimit = 50;

    private readonly List<ChatEntry> _entries = [];
    private readonly List<OutgoingMessage> _waiting = [];
    private readonly List<FailedMessage> _failed = [];
    private readonly Dictionary<string, MemberPlace> _places = new(StringComparer.Ordinal);
    private ReceiptCountsChanged? _counts;
    private (long Head, long Read, int Unread) _told;

    public string Id { get; } = id;

    /// <summary>The other user's id of a direct conversation, or empty.</summary>
    public string Peer { get; set; } = "";

    /// <summary>The other user's name, or the title of a group.</summary>
    public string Title { get; set; } = "";

    public bool IsOver { get; set; }

    public bool IsGroup { get; private set; }

    /// <summary>The members of a group.</summary>
    public int MemberCount { get; private set; }

    /// <summary>It stood in the list; when it no longer does, it was hidden, declined or left.</summary>
    public bool IsListed { get; set; }

    /// <summary>Until when it is muted.</summary>
    public DateTimeOffset? MutedUntil { get; private set; }

    /// <summary>Ids of those who are typing.</summary>
    public IReadOnlyList<string> Typing { get; set; } = [];

    /// <summary>Of the other user of a direct conversation; null = nothing is known.</summary>
    public UserPresence? Presence { get; set; }

    /// <summary>The names of a group's members were asked for.</summary>
    public bool NamesAsked { get; set; }

    /// <summary>A stranger's first messages: they learn nothing of this user before an answer.</summary>
    public bool IsRequest { get; set; }

    /// <summary>Oldest first, without a hole.</summary>
    public IReadOnlyList<ChatEntry> Entries => _entries;

    /// <summary>In the outbox, oldest first.</summary>
    public IReadOnlyList<OutgoingMessage> Waiting => _waiting;

    public IReadOnlyList<FailedMessage> Failed => _failed;

    /// <summary>This user's read mark.</summary>
    public long Read { get; private set; }

    /// <summary>The highest seq that was on the screen.</summary>
    public long Seen { get; private set; }

    /// <summary>The first seq below the line "new", as it was when the conversation was opened; 0 = no line.</summary>
    public long NewFrom { get; set; }

    /// <summary>The last line in view; null = the newest.</summary>
    public RowPlace? Bottom { get; set; }

    /// <summary>Where to begin when it is shown for the first time: the line "new" at the top.</summary>
    public bool StartAtNew { get; set; }

    public bool HasOlder { get; set; } = true;

    public bool LoadingOlder { get; set; }

    /// <summary>What is older is not on this machine.</summary>
    public bool OlderNeedsServer { get; set; }

    public bool CanLoadOlder =>
        HasOlder && !LoadingOlder && _entries.Count is > 0 and < EntryLimit && _entries[0].Seq > 1;

    public Composer Draft { get; } = new();

    public string ShownTitle =>
        Title.Length > 0 ? Title
        : Peer.Length > 0 ? Peer
        : Id;

    public DateTimeOffset? LastActivity => _entries.FindLast(entry => entry.Time > DateTimeOffset.UnixEpoch)?.Time;

    public int Unread
    {
        get
        {
            var reaches = _entries.Count > 0 && _entries[0].Seq <= Read + 1 && _entries[^1].To >= _told.Head;
            if (reaches || Read >= _told.Head)
            {
                return Foreign(Read, long.MaxValue);
            }

            // What is not in memory only the server has counted.
            return Math.Max(0, _told.Unread - Foreign(_told.Read, Read)) + Foreign(_told.Head, long.MaxValue);
        }
    }

    /// <summary>Takes entries from wherever they come; those it has are left out.</summary>
    public void Add(IEnumerable<ChatEntry> entries)
    {
        foreach (var entry in entries)
        {
            var at = Find(entry.Seq);
            if (at >= 0)
            {
                continue;
            }

            _entries.Insert(~at, entry);
            if (entry.Cid.Length > 0 && entry.From == me)
            {
                _waiting.RemoveAll(message => message.Cid == entry.Cid);
                IsRequest &= entry.Seq <= _told.Head;
                // Whoever writes has read what was before: the server raises the mark over one's own messages, too.
                Read = Read == entry.Seq - 1 ? entry.Seq : Read;
            }
        }

        if (_entries.Count > EntryLimit)
        {
            _entries.RemoveRange(0, _entries.Count - EntryLimit);
            HasOlder = true;
        }
    }

    /// <summary>A message is in the outbox. Its entry may have been faster.</summary>
    public void AddWaiting(OutgoingMessage message)
    {
        if (!_waiting.Contains(message) && !_entries.Exists(each => each.Cid == message.Cid && each.From == me))
        {
            _waiting.Add(message);
        }
    }

    public void Fail(FailedMessage failed, OutgoingMessage? message)
    {
        if (message is not null)
        {
            _waiting.Remove(message);
        }

        _failed.Add(failed);
        if (_failed.Count > FailedLimit)
        {
            _failed.RemoveAt(0);
        }
    }

    /// <summary>Takes the newest refused message off the screen.</summary>
    public FailedMessage? TakeFailed()
    {
        if (_failed.Count == 0)
        {
            return null;
        }

        var last = _failed[^1];
        _failed.RemoveAt(_failed.Count - 1);
        return last;
    }

    public void RaiseRead(long seq) => Read = Math.Max(Read, seq);

    public void RaiseSeen(long seq) => Seen = Math.Max(Seen, seq);

    /// <summary>What the server says of it.</summary>
    public void Learn(ConversationInfo info)
    {
        Peer = info.Peer.Length > 0 ? info.Peer : Peer;
        Title = info.Title.Length > 0 ? info.Title : Title;
        IsOver = false;
        IsGroup = info.Kind == ConversationKind.Group;
        MemberCount = info.MemberCount;
        MutedUntil = info.MutedUntil;
        IsRequest = info.Request;
        _told = (info.Head, info.Read, info.Unread);
        RaiseRead(info.Read);
        if (info.Others.Count > 0)
        {
            // Who left does not hold the ticks back.
            var members = info.Others.Select(other => other.User).ToHashSet(StringComparer.Ordinal);
            foreach (var former in _places.Keys.Where(user => !members.Contains(user)).ToList())
            {
                _places.Remove(former);
            }
        }

        foreach (var place in info.Others)
        {
            Learn(place);
        }

        // In an empty one its newest entry at least is worth a line in the list.
        if (_entries.Count == 0 && info.Last is { } last)
        {
            Add([ChatEntry.Of(last)]);
        }
    }

    public void Learn(MemberPlace place)
    {
        if (place.User == me)
        {
            RaiseRead(place.Read);
            return;
        }

        var known = _places.GetValueOrDefault(place.User) ?? place;
        _places[place.User] = new(
            place.User,
            Math.Max(known.Delivered, place.Delivered),
            Math.Max(known.Read, place.Read)
        );
    }

    /// <summary>Of a large group: how many have got and read a message.</summary>
    public void Learn(ReceiptCountsChanged counts) => _counts = counts;

    /// <summary>How far one of the user's own messages has come: as far as with the slowest member.</summary>
    public Tick TickOf(long seq)
    {
        var (delivered, read, all) = ReachOf(seq);
        return all == 0 ? Tick.Sent
            : read >= all ? Tick.Read
            : delivered >= all ? Tick.Delivered
            : Tick.Sent;
    }

    /// <summary>How many of the other members have got and read a message.</summary>
    public Reach ReachOf(long seq)
    {
        if (_places.Count > 0)
        {
            return new(
                _places.Values.Count(place => Math.Max(place.Delivered, place.Read) >= seq),
                _places.Values.Count(place => place.Read >= seq),
                _places.Count
            );
        }

        // What is counted for a message holds at least for all before it.
        return _counts is { } counts && counts.Seq >= seq
            ? new(counts.Delivered, counts.Read, MemberCount - 1)
            : new(0, 0, 0);
    }

    public bool IsForeign(ChatEntry entry) => entry.IsMessage && entry.From != me;

    private int Foreign(long above, long upTo) =>
        _entries.Count(entry => entry.Seq > above && entry.Seq <= upTo && IsForeign(entry));

    private int Find(long seq)
    {
        var (low, high) = (0, _entries.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Seq <= seq && seq <= _entries[middle].To)
            {
                return middle;
            }

            (low, high) = _entries[middle].Seq < seq ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
