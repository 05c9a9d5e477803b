using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Doors.Wire;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>The pushes of one session that were coalesced: the highest head, the last marks. Not thread-safe.</summary>
internal sealed class PendingPushes
{
    /// <summary>Of a frame; an item takes 300 bytes of JSON at most.</summary>
    private const int ItemsPerFrame = 200;

    // An entry of one of the dictionaries and what it refers to, roughly.
    private const int BytesPerItem = 160;

    private readonly Dictionary<ConversationId, long> _hints = [];
    private readonly Dictionary<(ConversationId, UserId), MarkChange> _receipts = [];
    private readonly Dictionary<(ConversationId, long), EntryCounts> _counts = [];
    private readonly Dictionary<(ConversationId, UserId Contact), ConversationNotice> _notices = [];

    private readonly Dictionary<string, PresenceState> _presence = [];

    /// <summary>Bytes of memory it takes, roughly.</summary>
    public long Bytes =>
        (long)(_hints.Count + _receipts.Count + _counts.Count + _notices.Count + _presence.Count) * BytesPerItem;

    public bool HasPresence => _presence.Count > 0;

    public bool HasNotices => _notices.Count > 0;

    public bool HasReceipts => _receipts.Count + _counts.Count > 0;

    public bool HasHint(ConversationId conversation) => _hints.ContainsKey(conversation);

    public void AddPresence(IEnumerable<PresenceState> users)
    {
        foreach (var user in users)
        {
            _presence[user.User] = user;
        }
    }

    public void ForgetPresence(IEnumerable<PresenceState> users)
    {
        foreach (var user in users)
        {
            _presence.Remove(user.User);
        }
    }

    /// <summary>Presence alone; null when there is none.</summary>
    public PendingPushes? KeepPresence()
    {
        _hints.Clear();
        _receipts.Clear();
        _counts.Clear();
        _notices.Clear();
        return HasPresence ? this : null;
    }

    public bool TryAddHint(ConversationId conversation, long head, int limit)
    {
        if (!_hints.TryGetValue(conversation, out var known) && _hints.Count >= limit)
        {
            return false;
        }

        _hints[conversation] = Math.Max(known, head);
        return true;
    }

    public bool TryAddNotice(Publication publication, int limit)
    {
        var key = (publication.Conversation, publication.Contact);
        if (!_notices.ContainsKey(key) && _notices.Count >= limit)
        {
            return false;
        }

        _notices[key] = publication.Notice;
        return true;
    }

    public bool TryAddReceipts(Publication publication, int limit)
    {
        foreach (var counts in publication.Counts.IsDefault ? [] : publication.Counts)
        {
            var key = (publication.Conversation, counts.Seq);
            if (!_counts.TryGetValue(key, out var known) && _counts.Count >= limit)
            {
                return false;
            }

            _counts[key] = new(
                counts.Seq,
                Math.Max(known.Delivered, counts.Delivered),
                Math.Max(known.Read, counts.Read)
            );
        }

        foreach (var change in publication.Receipts)
        {
            var key = (publication.Conversation, change.User);
            if (!_receipts.TryGetValue(key, out var known) && _receipts.Count >= limit)
            {
                return false;
            }

            // Marks only rise, so the last one is the higher one; pushes may still come out of order.
            _receipts[key] = new(
                change.User,
                Math.Max(known.Delivered, change.Delivered),
                Math.Max(known.Read, change.Read)
            );
        }

        return true;
    }

    /// <summary>Who came and went, in frames of so few that each fits a message.</summary>
    public static IEnumerable<ServerFrame> ToPresence(IEnumerable<PresenceState> users)
    {
        foreach (var part in users.Chunk(ItemsPerFrame))
        {
            var presence = new Presence();
            presence.Users.Add(part);
            yield return new() { Presence = presence };
        }
    }

    /// <summary>
    /// All of it, in frames of so few items that each fits a message to a client, whatever its encoding.
    /// </summary>
    public IEnumerable<ServerFrame> ToFrames()
    {
        foreach (var ((conversation, contact), notice) in _notices)
        {
            yield return new() { Conversation = WireMapping.ToNotice(conversation, contact, notice) };
        }

        var marks = _receipts.Select(each => WireMapping.ToReceipt(each.Key.Item1, each.Value));
        var counts = _counts.Select(each => WireMapping.ToReceipt(each.Key.Item1, each.Value));
        foreach (var part in marks.Concat(counts).Chunk(ItemsPerFrame))
        {
            var receipts = new Receipts();
            receipts.Receipts_.Add(part);
            yield return new() { Receipts = receipts };
        }

        foreach (var frame in ToPresence(_presence.Values))
        {
            yield return frame;
        }

        foreach (var part in _hints.Chunk(ItemsPerFrame))
        {
            var hints = new Hints();
            hints.Hints_.Add(
                part.Select(each => new Hint { Conversation = each.Key.ToString(), Head = (ulong)each.Value })
            );
            yield return new() { Hint = hints };
        }
    }
}
