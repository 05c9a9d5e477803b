using Connect.Cli.Screens.Keys;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Protocol.V1;
using Entry = Connect.Client.Entry;

namespace Connect.Cli.Screens.Chats;

/// <summary>
/// One conversation on the screen: what the client's list says of it, what its view holds while it is open, and what
/// the screen itself adds: the draft, what failed, what is in sight.
/// </summary>
internal sealed class Chat(string id, string me)
{
    /// <summary>Refused messages that are kept on the screen; the oldest go first.</summary>
    public const int FailedLimit = 50;

    private readonly List<FailedMessage> _failed = [];
    private ConversationItem? _item;
    private string _title = "";
    private string _peer = "";
    private long _read;
    private long? _readAtOpen;
    private bool _hadContent;
    private bool _toEnd;

    public string Id { get; } = id;

    /// <summary>The other user's id of a direct conversation, or empty.</summary>
    public string Peer => Info is { Peer.Length: > 0 } info ? info.Peer : _peer;

    /// <summary>The other user's name, or the title of a group.</summary>
    public string Title => Info is { Title.Length: > 0 } info ? info.Title : _title;

    public string ShownTitle =>
        Title.Length > 0 ? Title
        : Peer.Length > 0 ? Peer
        : Id;

    /// <summary>It stands in the client's list; when it no longer does, it was hidden, declined or left.</summary>
    public bool IsListed => _item is not null;

    /// <summary>It was opened by the other user's name; perhaps nothing is written in it yet.</summary>
    public bool IsFound { get; set; }

    public bool IsGroup => Info?.Kind == ConversationKind.Group;

    /// <summary>The members of a group.</summary>
    public int MemberCount => Info?.MemberCount ?? 0;

    /// <summary>Until when it is muted.</summary>
    public DateTimeOffset? MutedUntil => Info?.MutedUntil;

    /// <summary>A stranger's first messages: they learn nothing of this user before an answer.</summary>
    public bool IsRequest => Info?.Request ?? false;

    /// <summary>The newest entry, and the newest seq.</summary>
    public Entry? Last => Info?.Last ?? Items.LastOrDefault(item => item.Entry is not null)?.Entry;

    public long Head => Info?.Head ?? 0;

    public DateTimeOffset? LastActivity => Last?.Time;

    public int Unread => Info?.Unread ?? 0;

    /// <summary>Ids of those who are typing.</summary>
    public IReadOnlyList<string> Typing => _item?.Typing ?? Content?.Typing ?? [];

    /// <summary>Of the other user of a direct conversation; null = nothing is known.</summary>
    public UserPresence? Presence => _item?.Presence;

    /// <summary>What the view holds; null while it is not open.</summary>
    public ConversationContent? Content { get; private set; }

    /// <summary>Oldest first, without a hole.</summary>
    public IReadOnlyList<LogItem> Items => Content?.Items ?? [];

    /// <summary>On their way, oldest first.</summary>
    public IReadOnlyList<OutgoingMessage> Waiting => Content?.Outgoing ?? [];

    public IReadOnlyList<FailedMessage> Failed => _failed;

    /// <summary>This user's read mark.</summary>
    public long Read => Math.Max(_read, Math.Max(Info?.Read ?? 0, Content?.Read ?? 0));

    /// <summary>The highest seq that was on the screen.</summary>
    public long Seen { get; private set; }

    /// <summary>The first seq below the line "new"; 0 = no line.</summary>
    public long NewFrom =>
        _readAtOpen is { } read ? Items.FirstOrDefault(item => item.From > read && IsForeign(item))?.From ?? 0 : 0;

    /// <summary>The last line in view; null = the newest.</summary>
    public RowPlace? Bottom { get; set; }

    /// <summary>Where to begin when it is shown for the first time: the line "new" at the top.</summary>
    public bool StartAtNew { get; set; }

    public bool LoadingOlder { get; set; }

    /// <summary>What is older is not on this machine, and the server did not give it.</summary>
    public bool OlderFailed { get; set; }

    public bool CanLoadOlder =>
        Content is { HasOlder: true } content && (content.Items.Count > 0 || Head > 0) && !LoadingOlder && !OlderFailed;

    public Composer Draft { get; } = new();

    private ConversationInfo? Info => _item?.Info;

    /// <summary>What the list says; null = it is not in it any more.</summary>
    public void Learn(ConversationItem? item)
    {
        if (Info is { } before)
        {
            (_title, _peer) = (before.Title, before.Peer);
        }

        IsFound &= item is not null || !IsListed;
        _item = item;
    }

    /// <summary>A direct conversation and the name of its other user.</summary>
    public void Learn(string user, string username) => (_peer, _title) = (user, username);

    /// <summary>It is opened: what is unread in what comes first is new.</summary>
    public void Open()
    {
        (Content, _hadContent, _readAtOpen, _toEnd) = (null, false, null, false);
        (StartAtNew, Bottom, LoadingOlder, OlderFailed) = (false, null, false, false);
    }

    /// <summary>Of a conversation that is not open nothing is kept but what the screen itself added.</summary>
    public void Close() => (Content, _readAtOpen) = (null, null);

    /// <summary>What the view shows now.</summary>
    public void Show(ConversationContent content)
    {
        Content = content;
        if (!_hadContent && content.Items.Count > 0)
        {
            _hadContent = true;
            _readAtOpen = Read;
            var hasNew = NewFrom > 0;
            _readAtOpen = hasNew ? Read : null;
            StartAtNew = hasNew && !_toEnd;
        }
    }

    /// <summary>The newest entry is wanted, also when nothing is there yet.</summary>
    public void ToEnd() => (_toEnd, StartAtNew, Bottom) = (true, false, null);

    /// <summary>What was new is not any more.</summary>
    public void EndNew() => _readAtOpen = null;

    public void Fail(FailedMessage failed)
    {
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

    public void RaiseRead(long seq) => _read = Math.Max(_read, seq);

    public void RaiseSeen(long seq) => Seen = Math.Max(Seen, seq);

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
        var places = Places();
        if (places.Count > 0)
        {
            return new(
                places.Count(place => Math.Max(place.Delivered, place.Read) >= seq),
                places.Count(place => place.Read >= seq),
                places.Count
            );
        }

        if (!IsGroup || Info is not { MemberCount: > 1 } info)
        {
            return new(0, 0, 0);
        }

        // What is counted for a message holds at least for all before it; the list counts for the newest one.
        var (delivered, read) = info.Head >= seq ? (info.DeliveredCount, info.ReadCount) : (0, 0);
        return Content?.Counts is { } counts && counts.Seq >= seq
            ? new(Math.Max(delivered, counts.Delivered), Math.Max(read, counts.Read), info.MemberCount - 1)
            : new(delivered, read, info.MemberCount - 1);
    }

    public bool IsForeign(LogItem item) => item.Entry is { Kind: EntryKind.Message } entry && entry.From != me;

    /// <summary>The marks of the others. Who left does not hold the ticks back.</summary>
    private List<MemberPlace> Places()
    {
        var told = Content?.Others ?? [];
        return Info is { Others: { Count: > 0 } members }
            ?
            [
                .. members.Select(member =>
                    told.FirstOrDefault(place => place.User == member.User) is { } place
                        ? new(
                            place.User,
                            Math.Max(place.Delivered, member.Delivered),
                            Math.Max(place.Read, member.Read)
                        )
                        : member
                ),
            ]
            : [.. told.Where(place => place.User != me)];
    }
}
