using System.Buffers;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Doors.Wire;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>The pushes of one session that were coalesced: the highest head, the last marks. Not thread-safe.</summary>
internal sealed class PendingPushes
{
    private readonly Dictionary<ConversationId, long> _hints = [];
    private readonly Dictionary<(ConversationId, UserId), MarkChange> _receipts = [];
    private readonly Dictionary<(ConversationId, long), EntryCounts> _counts = [];
    private readonly Dictionary<(ConversationId, UserId Contact), ConversationNotice> _notices = [];

    private readonly Dictionary<string, PresenceState> _presence = [];

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

    public IEnumerable<ServerFrame> ToFrames()
    {
        foreach (var ((conversation, contact), notice) in _notices)
        {
            yield return new() { Conversation = WireMapping.ToNotice(conversation, contact, notice) };
        }

        if (HasReceipts)
        {
            var receipts = new Receipts();
            foreach (var ((conversation, _), change) in _receipts)
            {
                receipts.Receipts_.Add(WireMapping.ToReceipt(conversation, change));
            }

            foreach (var ((conversation, _), counts) in _counts)
            {
                receipts.Receipts_.Add(WireMapping.ToReceipt(conversation, counts));
            }

            yield return new() { Receipts = receipts };
        }

        if (HasPresence)
        {
            var presence = new Presence();
            presence.Users.Add(_presence.Values);
            yield return new() { Presence = presence };
        }

        if (_hints.Count > 0)
        {
            var hints = new Hints();
            foreach (var (conversation, head) in _hints)
            {
                hints.Hints_.Add(new Hint { Conversation = conversation.ToString(), Head = (ulong)head });
            }

            yield return new() { Hint = hints };
        }
    }
}

/// <summary>Bytes on their way out, in a rented buffer when there was more than one frame.</summary>
internal readonly struct OutboundMessage
{
    private readonly byte[]? _rented;

    private OutboundMessage(ReadOnlyMemory<byte> bytes, byte[]? rented, int closeCode)
    {
        Bytes = bytes;
        _rented = rented;
        CloseCode = closeCode;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public int CloseCode { get; }

    public static OutboundMessage Close(int code) => new(default, null, code);

    public static OutboundMessage Join(List<ReadOnlyMemory<byte>> frames)
    {
        if (frames.Count == 1)
        {
            return new(frames[0], null, 0);
        }

        var length = 0;
        foreach (var frame in frames)
        {
            length += frame.Length;
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        var at = 0;
        foreach (var frame in frames)
        {
            frame.Span.CopyTo(rented.AsSpan(at));
            at += frame.Length;
        }

        return new(rented.AsMemory(0, length), rented, 0);
    }

    public void Return()
    {
        if (_rented is not null)
        {
            // Texts of other people were in it.
            ArrayPool<byte>.Shared.Return(_rented, clearArray: true);
        }
    }
}
