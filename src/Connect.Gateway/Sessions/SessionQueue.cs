using System.Net.WebSockets;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Doors.Limits;
using Connect.Gateway.Metrics;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Microsoft.Extensions.Logging;

namespace Connect.Gateway.Sessions;

/// <summary>
/// What waits for one socket. Bounded in bytes, written by one work item that runs only while there is something:
/// everything waiting goes out in one flush (step 9). Soft limit: receipts and presence are coalesced. Hard
/// limit: entries become hints. Too many hints: the caller lets the session lag.
/// </summary>
internal sealed class SessionQueue(
    ISessionLink link,
    GatewayOptions options,
    NodeLoad load,
    GatewayMetrics metrics,
    ILogger log
) : IThreadPoolWorkItem
{
    [ThreadStatic]
    private static List<ReadOnlyMemory<byte>>? _threadTaken;

    private readonly Lock _gate = new();
    private readonly WaitingFrames _items = new();
    private PendingPushes? _pending;
    private LeavingPushes? _leaving;
    private TaskCompletionSource? _roomWaiter;
    private long _bytes;
    private bool _isDraining;
    private bool _isOver;
    private bool _isReadGateShut;
    private bool _isLeavingDropped;
    private int _closeCode;
    private string _closeReason = "";

    /// <summary>Whether the socket may be read; shut while the queue is full.</summary>
    public ReadGate ReadGate { get; } = new(options.InFlight, options.MarksInFlight);

    /// <summary>More waits than the soft limit allows.</summary>
    public bool IsHeavy => Bytes > options.QueueSoftBytes;

    /// <summary>Bytes waiting or being written.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes of memory that wait or are being written, coalesced pushes included, roughly.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes + (_pending?.Bytes ?? 0);
            }
        }
    }

    /// <summary>Nothing waits, coalesced or not, and nothing is being written.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _bytes == 0 && _pending is null && !_isDraining;
            }
        }
    }

    /// <summary>While the node lacks memory the soft limit is the hard one.</summary>
    private bool IsFull => _bytes > (load.IsOverloaded ? options.QueueSoftBytes : options.QueueHardBytes);

    /// <summary>
    /// Adds an answer, or a push that must not be lost. Always finds room: requests are limited instead.
    /// </summary>
    public void Add(ServerFrame frame)
    {
        var bytes = link.Encode(frame);
        lock (_gate)
        {
            Enqueue(bytes);
        }
    }

    /// <summary>
    /// Adds new entries, or at the hard limit a hint instead. False: there is no room for a hint either.
    /// </summary>
    public bool TryAddEntries(ConversationId conversation, long head, ReadOnlySpan<SharedFrame> frames)
    {
        lock (_gate)
        {
            if (_closeCode != 0 || _isOver)
            {
                return true;
            }

            if (IsFull || _pending?.HasHint(conversation) == true)
            {
                metrics.EntriesDropped();
                return TryAddHintUnderLock(conversation, head);
            }

            foreach (var frame in frames)
            {
                Enqueue(link.Encode(frame));
                metrics.Delivered(frame.Frame.Entries.Entries_.Count);
            }

            return true;
        }
    }

    /// <summary>Adds a hint; the highest head of a conversation wins. False: there is no room.</summary>
    public bool TryAddHint(ConversationId conversation, long head)
    {
        lock (_gate)
        {
            return _closeCode != 0 || _isOver || TryAddHintUnderLock(conversation, head);
        }
    }

    /// <summary>
    /// Adds changed marks and counts; above the soft limit the last ones win. False: there is no room.
    /// </summary>
    public bool TryAddReceipts(Publication publication, SharedFrame frame)
    {
        lock (_gate)
        {
            if (_closeCode != 0 || _isOver)
            {
                return true;
            }

            if (_bytes <= options.QueueSoftBytes && _pending?.HasReceipts != true)
            {
                Enqueue(link.Encode(frame));
                return true;
            }

            _pending ??= new();
            Start();
            return _pending.TryAddReceipts(publication, options.QueueHints);
        }
    }

    /// <summary>Adds who types; dropped above the soft limit, the first of all.</summary>
    public bool TryAddTyping(ServerFrame frame)
    {
        lock (_gate)
        {
            if (_closeCode != 0 || _isOver)
            {
                return false;
            }

            if (_bytes > options.QueueSoftBytes)
            {
                metrics.TypingDropped();
                return false;
            }

            Enqueue(link.Encode(frame));
            return true;
        }
    }

    /// <summary>
    /// Adds who came and went; above the soft limit the last word on each user counts, and waits until all else is
    /// written. Always finds room: the users that a session watches are limited instead.
    /// </summary>
    public void AddPresence(IReadOnlyList<PresenceState> users)
    {
        lock (_gate)
        {
            if (_closeCode != 0 || _isOver)
            {
                return;
            }

            if (_bytes <= options.QueueSoftBytes && _pending?.HasPresence != true)
            {
                foreach (var frame in PendingPushes.ToPresence(users))
                {
                    Enqueue(link.Encode(frame));
                }

                return;
            }

            _pending ??= new();
            Start();
            _pending.AddPresence(users);
        }
    }

    /// <summary>Adds the answer to a <c>watch</c>: what waited of the same users is older.</summary>
    public void AddPresenceAnswer(ServerFrame frame)
    {
        lock (_gate)
        {
            _pending?.ForgetPresence(frame.Presence.Users);
            Enqueue(link.Encode(frame));
        }
    }

    /// <summary>
    /// Adds what became of a conversation; above the soft limit the last notice of each wins. False: there is no room.
    /// </summary>
    public bool TryAddNotice(Publication publication, SharedFrame frame)
    {
        lock (_gate)
        {
            if (_closeCode != 0 || _isOver)
            {
                return true;
            }

            if (_bytes <= options.QueueSoftBytes && _pending?.HasNotices != true)
            {
                Enqueue(link.Encode(frame));
                return true;
            }

            _pending ??= new();
            Start();
            return _pending.TryAddNotice(publication, options.QueueHints);
        }
    }

    /// <summary>
    /// Drops the pushes that were coalesced, but for presence, which no sync brings back, and tells the client that it
    /// has to sync again.
    /// </summary>
    public void Lag()
    {
        lock (_gate)
        {
            _pending = _pending?.KeepPresence();
            Enqueue(link.Encode(new ServerFrame { Lagging = new() }));
        }

        metrics.Lagged();
    }

    /// <summary>
    /// Ends the queue: what waits is still written (unless <paramref name="discard"/>), then the link is closed.
    /// </summary>
    public void Close(int code, string reason, bool discard)
    {
        lock (_gate)
        {
            if (_closeCode != 0 || _isOver)
            {
                return;
            }

            if (discard)
            {
                DropWaiting();
            }

            _closeCode = code;
            _closeReason = reason;
            Start();
        }
    }

    /// <summary>The connection is gone: nothing is written any more.</summary>
    public void Break()
    {
        lock (_gate)
        {
            _isOver = true;
            DropWaiting();
            ReleaseRoom();
        }
    }

    /// <summary>Completes when the queue is below its hard limit, or over.</summary>
    public Task WhenRoomAsync()
    {
        lock (_gate)
        {
            if (!IsFull || _isOver)
            {
                return Task.CompletedTask;
            }

            // What opens the gate also releases who waits here; the limit may have sunk since the last frame.
            ShutReadGate();
            _roomWaiter ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _roomWaiter.Task;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = DrainAsync();

    private bool TryAddHintUnderLock(ConversationId conversation, long head)
    {
        _pending ??= new();
        Start();
        return _pending.TryAddHint(conversation, head, options.QueueHints);
    }

    private void Enqueue(ReadOnlyMemory<byte> bytes)
    {
        if (_closeCode != 0 || _isOver)
        {
            return;
        }

        _items.Add(bytes);
        _bytes += bytes.Length;
        if (IsFull)
        {
            ShutReadGate();
        }

        Start();
    }

    private void ShutReadGate()
    {
        if (!_isReadGateShut)
        {
            _isReadGateShut = true;
            ReadGate.SetQueueIsFull(true);
        }
    }

    private void Start()
    {
        if (!_isDraining)
        {
            _isDraining = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void DropWaiting()
    {
        _bytes -= _items.Clear();
        _pending = null;
        _isLeavingDropped = true;
    }

    private async Task DrainAsync()
    {
        try
        {
            while (TryTake(out var message))
            {
                try
                {
                    link.Activity.WriteMoved();
                    if (message.CloseCode != 0)
                    {
                        await link.CloseAsync(message.CloseCode, _closeReason);
                        return;
                    }

                    await link.SendAsync(message.Bytes);
                }
                finally
                {
                    link.Activity.WriteEnded();
                    message.Return();
                }

                Written(message.Bytes.Length);
            }
        }
        catch (Exception exception)
        {
            // Whatever it was, the connection cannot be written to: its reader ends the session.
            if (exception is not (IOException or WebSocketException or OperationCanceledException))
            {
                GatewayLog.WriteFailed(log, exception);
            }

            Break();
            link.Abort();
        }
    }

    private void Written(int bytes)
    {
        lock (_gate)
        {
            _bytes -= bytes;
            if (!IsFull && _isReadGateShut)
            {
                _isReadGateShut = false;
                ReadGate.SetQueueIsFull(false);
                ReleaseRoom();
            }
        }
    }

    private void ReleaseRoom()
    {
        _roomWaiter?.SetResult();
        _roomWaiter = null;
    }

    /// <summary>
    /// Takes what goes out next, never more than one message to a client may hold; false ends the work item.
    /// </summary>
    private bool TryTake(out OutboundMessage message)
    {
        var taken = _threadTaken ??= [];
        taken.Clear();
        message = default;
        while (!TryTakeLeaving(taken))
        {
            lock (_gate)
            {
                if (_isOver)
                {
                    _isDraining = false;
                    return false;
                }

                if (_items.TryTake(taken, options.FlushBytes, ProtocolLimits.FramesPerMessage))
                {
                    break;
                }

                if (_pending is { } pushes)
                {
                    (_leaving, _pending) = (new(pushes, link), null);
                }
                else if (_closeCode != 0)
                {
                    message = OutboundMessage.Close(_closeCode);
                    return true;
                }
                else
                {
                    _isDraining = false;
                    return false;
                }
            }
        }

        message = OutboundMessage.Join(taken);
        taken.Clear();
        return true;
    }

    /// <summary>What was coalesced goes out as a whole before anything newer.</summary>
    private bool TryTakeLeaving(List<ReadOnlyMemory<byte>> taken)
    {
        if (_leaving?.TryTake(taken, options.FlushBytes, ProtocolLimits.FramesPerMessage) == true)
        {
            lock (_gate)
            {
                if (!_isLeavingDropped)
                {
                    // The items were counted when they were added; these are as they leave.
                    _bytes += taken.Sum(each => (long)each.Length);
                    return true;
                }
            }

            taken.Clear();
        }

        _leaving?.Dispose();
        _leaving = null;
        return false;
    }
}
