using Wire = Connect.Protocol.V1;

namespace Connect.Client.Connections;

/// <summary>
/// A connection with its reader and its writer. What waits when the writer is ready goes out together; the reader
/// waits while too much of what it read is not processed yet.
/// </summary>
internal sealed class Link : IAsyncDisposable
{
    private const int UnprocessedMessages = 8;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Goodbye = TimeSpan.FromMilliseconds(200);

    private readonly ITransport _transport;
    private readonly TimeProvider _time;
    private readonly Action<Link, IReadOnlyList<Wire.ServerFrame>> _received;
    private readonly Action<Link, int?, Exception?> _closed;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _room = new(UnprocessedMessages);
    private readonly SemaphoreSlim _work = new(0);
    private readonly Lock _gate = new();
    private List<Wire.ClientFrame> _waiting = [];
    private Task _reading = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private int _disposed;

    public Link(
        ITransport transport,
        Action<Link, IReadOnlyList<Wire.ServerFrame>> received,
        Action<Link, int?, Exception?> closed,
        TimeProvider time
    )
    {
        _transport = transport;
        _time = time;
        _stop = new(Timeout.InfiniteTimeSpan, time);
        _received = received;
        _closed = closed;
    }

    /// <summary>The most bytes of one message to the server.</summary>
    public int MessageLimit
    {
        set => _transport.MessageLimit = value;
    }

    /// <summary>Begins to read and write.</summary>
    public void Start()
    {
        _reading = Task.Run(ReadAsync);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Puts frames behind those that wait.</summary>
    public void Send(IEnumerable<Wire.ClientFrame> frames)
    {
        lock (_gate)
        {
            _waiting.AddRange(frames);
        }

        _work.Release();
    }

    /// <summary>One message that was received has been processed.</summary>
    public void Processed() => _room.Release();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // What was said last, such as `bye`, goes out if the socket takes it without delay.
        _work.Release();
        await Task.WhenAny(_writing, Task.Delay(Goodbye, _time)).ConfigureAwait(false);
        var closing = _transport.DisposeAsync();
        await _stop.CancelAsync().ConfigureAwait(false);
        await closing.ConfigureAwait(false);
        await Task.WhenAll(_reading, _writing).ConfigureAwait(false);
        _stop.Dispose();
        _room.Dispose();
        _work.Dispose();
    }

    private async Task ReadAsync()
    {
        Exception? fault = null;
        try
        {
            while (await _transport.ReceiveAsync(_stop.Token).ConfigureAwait(false) is { } frames)
            {
                await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
                _received(this, frames);
            }
        }
        catch (Exception error)
        {
            // Whatever broke it, the connection is over and the next one begins.
            fault = error;
        }

        _closed(this, _transport.CloseCode, fault);
    }

    private async Task WriteAsync()
    {
        try
        {
            var batch = new List<Wire.ClientFrame>();
            while (true)
            {
                await _work.WaitAsync(_stop.Token).ConfigureAwait(false);
                lock (_gate)
                {
                    (batch, _waiting) = (_waiting, batch);
                }

                if (batch.Count > 0)
                {
                    await _transport.SendAsync(batch, _stop.Token).ConfigureAwait(false);
                    batch.Clear();
                }
                else if (Volatile.Read(ref _disposed) != 0)
                {
                    return;
                }
            }
        }
        catch (Exception)
        {
            // The reader sees the end of the connection, too, and tells it; one telling is enough. It first gets what
            // came before the end: the code of a close says whether to come back at all.
            _stop.CancelAfter(LastWords);
        }
    }
}
