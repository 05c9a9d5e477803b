using System.Net.Sockets;
using System.Security.Authentication;
using Connect.LoadGen.Checking;
using Connect.LoadGen.Load;
using Connect.LoadGen.Wire;
using Connect.Protocol.V1;

namespace Connect.LoadGen.Groups;

/// <summary>
/// One member's device: sends, reads, marks and types, loses its connection without a word and comes back. A client
/// written from the protocol, without the SDK.
/// </summary>
internal sealed partial class GroupDevice(
    LoadUser user,
    string conversation,
    int number,
    DeviceLog log,
    GroupTotals totals,
    int textLength
)
{
    /// <summary>Request ids of syncs start here, above those of all messages.</summary>
    private const ulong FirstSyncId = 1UL << 40;
    private const uint MarkId = 20;
    private const uint ListId = 30;
    private const uint PileId = 100;
    private const uint PilePages = 240;
    private const int SmallWindow = 4096;
    private const int MostTypists = 3;
    private static readonly TimeSpan MarkPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly GroupOutbox _outbox = new(conversation, number, textLength);
    private readonly ReceiptView _receipts = new();
    private FrameSender? _sender;
    private TaskCompletionSource? _pause;
    private TimeSpan _absence;
    private long _markedDelivered;
    private long _markedRead;
    private (long Delivered, long Read)? _marking;
    private long _lastMark;
    private long _holeAt = -1;
    private ulong _syncId = FirstSyncId;
    private bool _isLive;
    private bool _isSlow;
    private bool _isCut;
    private bool _mustResend;
    private long _pacedBytes;
    private volatile bool _isOver;
    private volatile int _bytesPerSecond;

    /// <summary>The newest message of its own that is acknowledged.</summary>
    public long OwnNewest { get; private set; }

    /// <summary>The last answer to a question for this conversation.</summary>
    public ConversationSummary? Summary { get; private set; }

    public string Name => $"member {number}";

    /// <summary>It did not read for a while, so what happens to it then is no fault.</summary>
    public bool WasSlow { get; private set; }

    /// <summary>And was told, or thrown out, for it.</summary>
    public bool WasShed { get; private set; }

    public bool IsLive => Locked(() => _isLive && !log.IsSyncing);

    public long Position => Locked(() => log.Position);

    public int Sent => Locked(() => _outbox.Count);

    /// <summary>Everything that it marked is confirmed.</summary>
    public bool HasMarked(long seq) => Locked(() => _markedDelivered >= seq && _markedRead >= seq);

    /// <summary>How many others hold and have read its newest message, as it was told.</summary>
    public (uint Delivered, uint Read) Told => Locked(() => _receipts.Of(OwnNewest, user.Id));

    /// <summary>Connects, and again whenever the connection is lost, until <see cref="End"/>.</summary>
    public async Task LiveAsync(CancellationToken cancellationToken)
    {
        for (var isFirst = true; !_isOver; isFirst = false)
        {
            try
            {
                await user.HelloAsync(_isSlow ? SmallWindow : 0, cancellationToken);
                if (!isFirst)
                {
                    totals.CountReturn();
                }

                Begin();
                await ReadAsync();
            }
            catch (Exception exception)
                when (exception is IOException or SocketException or ObjectDisposedException or AuthenticationException)
            {
                TellLoss(exception);
            }

            var absence = Lose();
            if (!_isOver)
            {
                await Task.Delay(absence, TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>Cuts the connection as a kill of the process would; the device is back after a while.</summary>
    public void Cut(TimeSpan absence)
    {
        lock (_gate)
        {
            if (_sender is null || _pause is not null)
            {
                return;
            }

            (_isCut, _absence) = (true, absence);
            user.Socket.Abort();
        }
    }

    public void End()
    {
        _isOver = true;
        lock (_gate)
        {
            _pause?.TrySetResult();
            if (_sender is not null)
            {
                user.Socket.Abort();
            }
        }
    }

    /// <summary>From its next connection on it has a small window.</summary>
    public void BeSlow() => _isSlow = true;

    /// <summary>
    /// Reads nothing until <see cref="ReadOn"/>. It asks for more than the buffers on the way hold, so that what is
    /// pushed finds its queue full.
    /// </summary>
    /// <param name="asks">Else the queue fills with what is pushed alone.</param>
    public void StopReading(bool asks = true)
    {
        lock (_gate)
        {
            WasSlow = true;
            for (uint page = 0; asks && page < PilePages; page++)
            {
                var history = new HistoryRequest { Conversation = conversation, Limit = 200 };
                _sender?.Post(new ClientFrame { Id = PileId + page, History = history });
            }

            _pause ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>From here on it reads so many bytes a second; 0: as fast as it can.</summary>
    public void ReadSlowly(int bytesPerSecond) => _bytesPerSecond = bytesPerSecond;

    public void ReadOn()
    {
        lock (_gate)
        {
            _pause?.TrySetResult();
            _pause = null;
        }
    }

    /// <summary>Writes a message; it leaves at once when the device is online, else when it is back.</summary>
    public void Send()
    {
        totals.CountSent();
        lock (_gate)
        {
            _outbox.Add(TimeProvider.System.GetTimestamp());
            if (_isLive)
            {
                Transmit(1);
            }
        }
    }

    /// <summary>Says that its user types.</summary>
    public void Type(bool on)
    {
        lock (_gate)
        {
            if (_isLive)
            {
                var typing = new TypingRequest { Conversation = conversation, On = on };
                _sender!.Post(new ClientFrame { Typing = typing });
            }
        }
    }

    /// <summary>What a client does by the clock: marks, retries, and asks for what does not come.</summary>
    /// <param name="unread">Of what it holds, so much its user has not seen.</param>
    public void Tick(int unread)
    {
        lock (_gate)
        {
            if (!_isLive)
            {
                return;
            }

            if (_mustResend)
            {
                _mustResend = false;
                Transmit(_outbox.OpenCount);
            }

            if (log.HasHole && log.Position == _holeAt && !log.IsSyncing)
            {
                Sync();
            }

            _holeAt = log.HasHole ? log.Position : -1;
            Mark(Math.Max(1, log.Position - unread));
        }
    }

    /// <summary>Asks what the list says of this conversation.</summary>
    public void AskList()
    {
        lock (_gate)
        {
            if (_isLive)
            {
                PostListQuestion();
            }
        }
    }

    /// <summary>At the end: what never came is lost.</summary>
    public void Settle(ReadOnlySpan<int> sent) => log.Settle(sent);

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            _sender = new(user.Socket);
            (_isCut, _absence) = (false, RetryPause);
            var state = new StateRequest { Activity = Activity.Active };
            state.Open.Add(conversation);
            _sender.Post(new ClientFrame { State = state });
            Sync();
        }
    }

    private TimeSpan Lose()
    {
        lock (_gate)
        {
            log.EndSync();
            (_sender, _isLive, _marking) = (null, false, null);
            return _absence;
        }
    }

    private void TellLoss(Exception exception)
    {
        WasShed |= WasSlow;
        if (!_isCut && !_isOver && !WasSlow)
        {
            totals.Fail($"{Name} lost its connection though nobody cut it: {exception.Message}");
        }
    }

    private async Task ReadAsync()
    {
        var socket = user.Socket;
        _pacedBytes = socket.BytesRead;
        do
        {
            while (socket.TryTake(out var message))
            {
                Take(message.Span);
            }

            if (Locked(() => _pause?.Task) is { } pause)
            {
                await pause;
            }

            await KeepPaceAsync(socket);
        } while (await socket.FillAsync());
    }

    /// <summary>After what it read last, as long as that takes at its pace.</summary>
    private async Task KeepPaceAsync(LoadSocket socket)
    {
        var (read, pace) = (socket.BytesRead - _pacedBytes, _bytesPerSecond);
        _pacedBytes = socket.BytesRead;
        if (pace > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)read / pace), TimeProvider.System);
        }
    }

    private void PostListQuestion()
    {
        var question = new ConversationsRequest { Limit = 1 };
        question.Ids.Add(conversation);
        _sender?.Post(new ClientFrame { Id = ListId, Conversations = question });
    }

    private void Sync()
    {
        log.BeginSync();
        var sync = new Sync { Mode = SyncMode.All };
        if (log.Position > 0)
        {
            sync.Positions.Add(new Position { Conversation = conversation, Seq = (ulong)log.Position });
        }

        _sender?.Post(new ClientFrame { Id = ++_syncId, Sync = sync });
    }

    private void Transmit(int count)
    {
        foreach (var frame in _outbox.ToFrames(count, log.Position, totals.MarkResent))
        {
            _sender?.Post(frame);
        }
    }

    private void Mark(long read)
    {
        var delivered = log.Position;
        var isDue = TimeProvider.System.GetElapsedTime(_lastMark) >= MarkPause;
        if (_marking is not null || !isDue || (delivered <= _markedDelivered && read <= _markedRead))
        {
            return;
        }

        _lastMark = TimeProvider.System.GetTimestamp();
        read = Math.Max(read, _markedRead);
        _marking = (delivered, read);
        var request = new MarkRequest();
        request.Marks.Add(
            new Mark
            {
                Conversation = conversation,
                Delivered = (ulong)delivered,
                Read = (ulong)read,
            }
        );
        _sender?.Post(new ClientFrame { Id = MarkId, Mark = request });
    }
}
