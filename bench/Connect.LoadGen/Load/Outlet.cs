using Connect.LoadGen.Measuring;
using Connect.LoadGen.Wire;
using Connect.Protocol.V1;

namespace Connect.LoadGen.Load;

/// <summary>
/// What one socket sends: the messages it may send now, and what the protocol asks for in between. Whoever finds
/// something to send and nobody sending does it; all that waits goes out as one WebSocket message.
/// </summary>
internal sealed class Outlet(LoadSocket socket, FrameBuffer buffer, LoadMeter meter)
{
    /// <summary>Request ids of messages start here; those below are for the rest.</summary>
    public const uint FirstMessageId = 1024;

    private readonly Lock _gate = new();
    private readonly List<ClientFrame> _frames = [];
    private long _permits;
    private bool _isWriting;
    private OpenSchedule _schedule;
    private long _scheduled;
    private bool _isOpen;
    private int _sent;
    private int _acked;
    private Guid _lastCid;
    private int[] _missing = [];
    private long[] _dues = new long[64];

    /// <summary>The sender's number in its room; below 0 = it sends nothing.</summary>
    public int Sender { get; init; } = -1;

    /// <summary>Who must get each message, and whether it is also acknowledged.</summary>
    public int Receivers { get; init; }

    public bool HasAcks { get; init; }

    /// <summary>Messages sent.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>From here on, a message goes out whenever fewer than so many are on their way.</summary>
    public void BeginClosed(int window)
    {
        lock (_gate)
        {
            (_isOpen, _permits) = (false, window);
            _missing = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)window * 2)];
        }

        Wake();
    }

    /// <summary>From here on, messages go out by the clock.</summary>
    public void BeginOpen(OpenSchedule schedule)
    {
        lock (_gate)
        {
            (_isOpen, _permits, _missing) = (true, 0, []);
            (_schedule, _scheduled) = (schedule, 0);
        }
    }

    /// <summary>No further message.</summary>
    public void End()
    {
        lock (_gate)
        {
            (_isOpen, _permits, _missing) = (true, 0, []);
            _schedule = new(long.MaxValue / 2, 1);
        }
    }

    /// <summary>In an open loop: lets go what is due.</summary>
    public void Tick(long now)
    {
        lock (_gate)
        {
            var due = _isOpen ? _schedule.CountBy(now) : 0;
            if (due <= _scheduled)
            {
                return;
            }

            _permits += due - _scheduled;
            _scheduled = due;
        }

        Wake();
    }

    /// <summary>Sends a frame that is no message.</summary>
    public void Post(ClientFrame frame)
    {
        lock (_gate)
        {
            _frames.Add(frame);
        }

        Wake();
    }

    /// <summary>One of those who were to get a message, or to acknowledge it, did. True: a place is free.</summary>
    public bool Reached(int number)
    {
        var missing = Volatile.Read(ref _missing);
        if (missing.Length == 0 || Interlocked.Decrement(ref missing[number & (missing.Length - 1)]) != 0)
        {
            return false;
        }

        lock (_gate)
        {
            if (!_isOpen)
            {
                _permits++;
            }
        }

        return true;
    }

    /// <summary>The answer to a request of ours. False: it was none for a message.</summary>
    public bool TryAck(ulong id, out int number, out long due)
    {
        number = (int)((long)id - FirstMessageId);
        if (number < 0)
        {
            due = 0;
            return false;
        }

        lock (_gate)
        {
            due = _dues[number % _dues.Length];
            _acked++;
        }

        return true;
    }

    public void Wake()
    {
        lock (_gate)
        {
            if (_isWriting || (_permits == 0 && _frames.Count == 0))
            {
                return;
            }

            _isWriting = true;
        }

        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        try
        {
            while (TryFill())
            {
                await socket.SendAsync(buffer.Bytes, buffer.Length);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The reader of the socket notices, too; nothing more is written.
        }
    }

    private bool TryFill()
    {
        buffer.Clear();
        lock (_gate)
        {
            foreach (var frame in _frames)
            {
                buffer.Add(frame);
            }

            _frames.Clear();
            while (_permits > 0 && !buffer.IsFull)
            {
                _permits--;
                AddMessage();
            }

            _isWriting = buffer.Length > 0;
            return _isWriting;
        }
    }

    private void AddMessage()
    {
        var number = _sent++;
        var due = _isOpen ? _schedule.DueOf(_scheduled - _permits - 1) : meter.Now;
        if (_sent - _acked > _dues.Length)
        {
            Grow();
        }

        _dues[number % _dues.Length] = due;
        if (_missing.Length > 0)
        {
            _missing[number & (_missing.Length - 1)] = Receivers + (HasAcks ? 1 : 0);
        }

        var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var after = HasAcks && number > _acked ? _lastCid : Guid.Empty;
        _lastCid = cid;
        buffer.AddSend(FirstMessageId + (uint)number, cid, after, new(Sender, number, due));
        meter.CountSent();
    }

    /// <summary>In an open loop more may be unanswered than there was room for.</summary>
    private void Grow()
    {
        var more = new long[_dues.Length * 2];
        for (var number = Math.Max(0, _sent - 1 - _dues.Length); number < _sent - 1; number++)
        {
            more[number % more.Length] = _dues[number % _dues.Length];
        }

        _dues = more;
    }
}
