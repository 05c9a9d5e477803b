using Connect.Client.Connections;
using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Positions;

/// <summary>
/// This user's own marks: coalesced, kept until the server has confirmed them, and sent again after each
/// <c>welcome</c>. One request is under way at a time.
/// </summary>
internal sealed class MarkBook
{
    private readonly Dictionary<string, StoredMark> _marks = new(StringComparer.Ordinal);

    // What has to be told; kept apart so that a look at it costs nothing when there is nothing.
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _alone = new(StringComparer.Ordinal);
    private List<StoredMark>? _underWay;
    private TimeSpan _notBefore;
    private TimeSpan _deliveredNotBefore;
    private bool _readWaits;

    /// <summary>Takes over what a store remembers.</summary>
    public void Load(StoredMark mark)
    {
        _marks[mark.Conversation] = mark;
        Note(mark);
    }

    /// <summary>The conversations that have marks.</summary>
    public IEnumerable<string> Conversations => _marks.Keys;

    /// <summary>
    /// Nothing above a seq exists any more: marks above it would count for other entries. Null when none was.
    /// </summary>
    public StoredMark? Lower(string conversation, long seq)
    {
        var known = Of(conversation);
        var mark = new StoredMark(
            conversation,
            Math.Min(known.Delivered, seq),
            Math.Min(known.Read, seq),
            Math.Min(known.ConfirmedDelivered, seq),
            Math.Min(known.ConfirmedRead, seq)
        );
        if (mark == known)
        {
            return null;
        }

        _marks[conversation] = mark;
        _underWay?.RemoveAll(told => told.Conversation == conversation);
        Note(mark);
        return mark;
    }

    public long ReadOf(string conversation) => Of(conversation).Read;

    /// <summary>When the next request is due, if one is.</summary>
    public TimeSpan? DueAt
    {
        get
        {
            if (_underWay is not null || _open.Count == 0)
            {
                return null;
            }

            return _readWaits || _notBefore > _deliveredNotBefore ? _notBefore : _deliveredNotBefore;
        }
    }

    /// <summary>Raises a mark; null when it is not higher than before.</summary>
    public StoredMark? Raise(string conversation, long delivered, long read)
    {
        var known = Of(conversation);
        var mark = known with
        {
            Delivered = Math.Max(known.Delivered, Math.Max(delivered, read)),
            Read = Math.Max(known.Read, read),
        };
        if (mark == known)
        {
            return null;
        }

        _readWaits |= mark.Read > known.Read;
        _marks[conversation] = mark;
        Note(mark);
        return mark;
    }

    /// <summary>The server says how far this user has come: lower marks need not be sent.</summary>
    public StoredMark? Confirm(string conversation, long delivered, long read)
    {
        var known = Of(conversation);
        var mark = known with
        {
            Delivered = Math.Max(known.Delivered, delivered),
            Read = Math.Max(known.Read, read),
            ConfirmedDelivered = Math.Max(known.ConfirmedDelivered, delivered),
            ConfirmedRead = Math.Max(known.ConfirmedRead, read),
        };
        if (mark == known)
        {
            return null;
        }

        _marks[conversation] = mark;
        Note(mark);
        return mark;
    }

    /// <summary>The next request, if one is due; it is under way until one of the answers below.</summary>
    public Wire.ClientFrame? Take(TimeSpan now, FrameFit fit)
    {
        if (DueAt is not { } due || due > now)
        {
            return null;
        }

        var alone = _open.FirstOrDefault(_alone.Contains);
        IEnumerable<string> chosen = alone is null ? _open.Take(ProtocolLimits.MarksPerFrame) : [alone];
        _underWay = [.. chosen.Select(Of)];
        var isRead = _readWaits;
        _deliveredNotBefore = now + ProtocolLimits.DeliveredInterval;
        _readWaits = false;
        var request = new Wire.MarkRequest();
        foreach (var mark in _underWay)
        {
            request.Marks.Add(
                new Wire.Mark
                {
                    Conversation = mark.Conversation,
                    Delivered = (ulong)(mark.Delivered > mark.ConfirmedDelivered ? mark.Delivered : 0),
                    Read = (ulong)(mark.Read > mark.ConfirmedRead ? mark.Read : 0),
                }
            );
        }

        var frame = new Wire.ClientFrame { Mark = request };
        fit.Shorten(frame, request.Marks);
        if (request.Marks.Count < _underWay.Count)
        {
            _underWay.RemoveRange(request.Marks.Count, _underWay.Count - request.Marks.Count);
            _readWaits = isRead;
        }

        return frame;
    }

    /// <summary>The request under way was persisted. The result is what to remember.</summary>
    public List<StoredMark> Confirmed()
    {
        var told = _underWay ?? [];
        _underWay = null;
        var changed = new List<StoredMark>(told.Count);
        foreach (var mark in told)
        {
            _alone.Remove(mark.Conversation);
            if (Confirm(mark.Conversation, mark.Delivered, mark.Read) is { } confirmed)
            {
                changed.Add(confirmed);
            }
        }

        return changed;
    }

    /// <summary>
    /// The request under way was refused. If retryable, it is sent again. Otherwise each of its marks is sent alone, so
    /// that one the server does not want does not hold up the others; refused alone, it is dropped.
    /// </summary>
    public List<StoredMark> Refused(bool retryable, TimeSpan retryAfter, TimeSpan now)
    {
        var told = _underWay ?? [];
        _underWay = null;
        _notBefore = now + (retryAfter > ProtocolLimits.DeliveredInterval ? retryAfter : TimeSpan.FromSeconds(1));
        if (retryable)
        {
            _readWaits = true;
            return [];
        }

        _notBefore = now;
        if (told.Count == 1)
        {
            _underWay = told;
            return Confirmed();
        }

        _alone.UnionWith(told.Select(mark => mark.Conversation));
        return [];
    }

    /// <summary>The connection is gone: what is not confirmed is sent again on the next.</summary>
    public void Disconnected()
    {
        _underWay = null;
        _notBefore = TimeSpan.Zero;
        _readWaits = _open.Any(conversation => Of(conversation) is var mark && mark.Read > mark.ConfirmedRead);
    }

    private StoredMark Of(string conversation) =>
        _marks.TryGetValue(conversation, out var mark) ? mark : new StoredMark(conversation, 0, 0, 0, 0);

    private void Note(StoredMark mark)
    {
        if (mark.Delivered > mark.ConfirmedDelivered || mark.Read > mark.ConfirmedRead)
        {
            _open.Add(mark.Conversation);
        }
        else
        {
            _open.Remove(mark.Conversation);
        }
    }
}
