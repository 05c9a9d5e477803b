using Connect.Protocol.V1;

namespace Connect.LoadGen.Wire;

/// <summary>Sends single frames over one connection; what waits goes out together, in its order.</summary>
internal sealed class FrameSender(LoadSocket socket)
{
    private readonly Lock _gate = new();
    private readonly Queue<ClientFrame> _waiting = new();
    private readonly FrameBuffer _buffer = new("", isUser: false, 0);
    private bool _isWriting;

    public void Post(ClientFrame frame)
    {
        lock (_gate)
        {
            _waiting.Enqueue(frame);
            if (_isWriting)
            {
                return;
            }

            _isWriting = true;
        }

        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        // Whoever posts may hold a lock.
        await Task.Yield();
        try
        {
            while (TryFill())
            {
                await socket.SendAsync(_buffer.Bytes, _buffer.Length);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The reader of the socket notices, too.
        }
    }

    private bool TryFill()
    {
        _buffer.Clear();
        lock (_gate)
        {
            while (!_buffer.IsFull && _waiting.TryDequeue(out var frame))
            {
                _buffer.Add(frame);
            }

            _isWriting = _buffer.Length > 0;
            return _isWriting;
        }
    }
}
