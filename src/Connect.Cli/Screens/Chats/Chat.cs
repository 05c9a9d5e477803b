using Connect.Cli.Keys;
using Connect.Cli.Words;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Protocol.V1;
using Entry = Connect.Client.Entry;

namespace Connect.Cli.Screens.Chats;

/// <summary>
/// One conversation on the screen: what the client's list says about it, what its view holds while it is open, and what
/// the screen itself adds: the draft, failed messages, the lines in view.
/// </summary>
internal sealed class Chat(string id, string me)
{
    /// <summary>The maximum number of refused messages kept on the screen; beyond it the oldest are dropped.</summary>
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

    /// <summary>The id of the other user in a direct conversation; otherwise empty.</summary>
    public string Peer => Info is { Peer.Length: > 0 } info ? info.Peer : _peer;

    /// <summary>The other user's name, or the title of a group.</summary>
    public string Title => Info is { Title.Length: > 0 } info ? info.Title : _title;

    public string ShownTitle =>
        Title.Length > 0 ? Title
        : Peer.Length > 0 ? Peer
        : Id;

    /// <summary>Whether it is in the client's list; it leaves the list when hidden, declined or left.</summary>
    public bool IsListed => _item is not null;

    /// <summary>Whether it was opened by username; nothing may have been written in it yet.</summary>
    public bool IsFound { get; set; }

    public bool IsGroup => Info?.Kind == ConversationKind.Group;

    /// <summary>The number of members of a group.</summary>
    public int MemberCount => Info?.MemberCount ?? 0;

    /// <summary>Until when it is muted.</summary>
    public DateTimeOffset? MutedUntil => Info?.MutedUntil;

    /// <summary>
    /// Whether it is a message request; the sender learns nothing about this user until it is answered.
    /// </summary>
    public bool IsRequest => Info?.Request ?? false;

    /// <summary>The newest entry.</summary>
    public Entry? Last => Info?.Last ?? Items.LastOrDefault(item => item.Entry is not null)?.Entry;

    public long Head => Info?.Head ?? 0;

    public DateTimeOffset? LastActivity => Last?.Time;

    public int Unread => Info?.Unread ?? 0;

    /// <summary>The ids of the users who are typing.</summary>
    public IReadOnlyList<string> Typing => _item?.Typing ?? Content?.Typing ?? [];

    /// <summary>The presence of the other user in a direct conversation; null = unknown.</summary>
    public UserPresence? Presence => _item?.Presence;

    /// <summary>What the view holds; null while the conversation is not open.</summary>
    public ConversationContent? Content { get; private set; }

    /// <summary>The loaded part of the log, oldest first, without gaps.</summary>
    public IReadOnlyList<LogItem> Items => Content?.Items ?? [];

    /// <summary>The messages being sent, oldest first.</summary>
    public IReadOnlyList<OutgoingMessage> Waiting => Content?.Outgoing ?? [];

    public IReadOnlyList<FailedMessage> Failed => _failed;

    /// <summary>This user's read mark.</summary>
    public long Read => Math.Max(_read, Math.Max(Info?.Read ?? 0, Content?.Read ?? 0));

    /// <summary>The highest seq that has been on the screen.</summary>
    public long Seen { get; private set; }

    /// <summary>The first seq below the line "new"; 0 = no line.</summary>
    public long NewFrom =>
        _readAtOpen is { } read ? Items.FirstOrDefault(item => item.From > read && IsForeign(item))?.From ?? 0 : 0;

    /// <summary>The last line in view; null = the newest.</summary>
    public RowPlace? Bottom { get; set; }

    /// <summary>Whether the first painting puts the line "new" at the top.</summary>
    public bool StartAtNew { get; set; }

    public bool LoadingOlder { get; set; }

    /// <summary>Whether older entries are neither on this machine nor came from the server.</summary>
    public bool OlderFailed { get; set; }

    public bool CanLoadOlder =>
        Content is { HasOlder: true } content && (content.Items.Count > 0 || Head > 0) && !LoadingOlder && !OlderFailed;

    public Composer Draft { get; } = new();

    private ConversationInfo? Info => _item?.Info;

    /// <summary>What the list says; null = it is no longer listed.</summary>
    public void Learn(ConversationItem? item)
    {
        if (Info is { } before)
        {
            (_title, _peer) = (before.Title, before.Peer);
        }

        IsFound &= item is not null || !IsListed;
        _item = item;
    }

    /// <summary>The other user of a direct conversation.</summary>
    public void Learn(string user, string username) => (_peer, _title) = (user, username);

    /// <summary>Opens it: whatever is unread in the first content counts as new.</summary>
    public void Open()
    {
        (Content, _hadContent, _readAtOpen, _toEnd) = (null, false, null, false);
        (StartAtNew, Bottom, LoadingOlder, OlderFailed) = (false, null, false, false);
    }

    /// <summary>Closes it: only what the screen itself added is kept.</summary>
    public void Close() => (Content, _readAtOpen) = (null, null);

    /// <summary>Takes the current content of the view.</summary>
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

    /// <summary>Goes to the newest entry, even if nothing is loaded yet.</summary>
    public void ToEnd() => (_toEnd, StartAtNew, Bottom) = (true, false, null);

    /// <summary>Removes the line "new".</summary>
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

    /// <summary>How far one of the user's own messages has come, which is as far as the slowest member.</summary>
    /// <param name="entry">The message.</param>
    /// <param name="endedBefore">What is older and undelivered was not delivered in time.</param>
    public Tick TickOf(Entry entry, DateTimeOffset endedBefore)
    {
        var (delivered, read, all, ended) = ReachOf(entry, endedBefore);
        return all == 0 ? Tick.Sent
            : read >= all ? Tick.Read
            : delivered >= all ? Tick.Delivered
            : ended > 0 ? Tick.NotInTime
            : Tick.Sent;
    }

    /// <summary>How many of the other members have received and read a message.</summary>
    public Reach ReachOf(Entry entry, DateTimeOffset endedBefore)
    {
        var seq = entry.Seq;
        var places = Places();
        if (places.Count > 0)
        {
            return new(
                places.Count(place => place.HasReceived(seq)),
                places.Count(place => place.HasRead(seq)),
                places.Count,
                places.Count(place => place.HasEnded(entry, endedBefore))
            );
        }

        if (!IsGroup || Info is not { MemberCount: > 1 } info)
        {
            return new(0, 0, 0, 0);
        }

        // A count for one message is a lower bound for all earlier ones; the list counts for the newest. Of one that is
        // so old that it may have ended for some, nothing is known but its own count.
        var (all, isOld) = (info.MemberCount - 1, entry.Time < endedBefore);
        var isNewest = info.Last is not { } last || last.Seq <= seq;
        var (delivered, read) =
            info.Head >= seq && (!isOld || isNewest) ? (info.DeliveredCount, info.ReadCount) : (0, 0);
        if (Content?.Counts is { } counts && (isOld ? counts.Seq == seq : counts.Seq >= seq))
        {
            (delivered, read) = (Math.Max(delivered, counts.Delivered), Math.Max(read, counts.Read));
        }

        return new(delivered, read, all, 0);
    }

    public bool IsOwn(LogItem item) => item.Message() is { } message && message.From == me;

    /// <summary>Whether it is a message of another user.</summary>
    public bool IsForeign(LogItem item) => item.Message() is { } message && message.From != me;

    /// <summary>The marks of the other members. Former members do not hold the ticks back.</summary>
    private List<MemberPlace> Places()
    {
        var told = Content?.Others ?? [];
        return Info is { Others: { Count: > 0 } members }
            ?
            [
                .. members.Select(member =>
                    told.FirstOrDefault(place => place.User == member.User)?.Raise(member) ?? member
                ),
            ]
            : [.. told.Where(place => place.User != me)];
    }
}

/// <summary>A message that was refused for good. The user can send it again or drop it.</summary>
internal sealed record FailedMessage(string Text, string Reason, bool PerhapsSent)
{
    public static FailedMessage Of(SendFailed failed) =>
        new(failed.Message.Text, failed.Error.Message, failed.Error.PerhapsSent);

    /// <summary>Never the text, which must not get into a log.</summary>
    public override string ToString() => Reason;
}

/// <summary>How far one of the user's own messages has come.</summary>
internal enum Tick
{
    Queued,
    Sent,
    Delivered,
    Read,
    NotInTime,
    Failed,
    PerhapsNotSent,
}

/// <summary>
/// How many of the other members have received and read a message, and for how many it did not come in time.
/// </summary>
internal readonly record struct Reach(int Delivered, int Read, int All, int Ended);

/// <summary>Identifies a line of the history by its element and the line within it, whatever surrounds it.</summary>
internal readonly record struct RowPlace(long Key, int Line);
