using System.Net.WebSockets;

namespace Connect.LoadGen.Relays;

/// <summary>One way out of the relay: what comes while a write is under way goes out together after it.</summary>
internal sealed class RelaySocket(WebSocket socket)
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _waiting = [];
    private bool _isWriting;

    public void Post(byte[] message)
    {
        lock (_gate)
        {
            if (_isWriting)
            {
                _waiting.Add(message);
                return;
            }

            _isWriting = true;
        }

        _ = WriteAsync(message);
    }

    private async Task WriteAsync(byte[] message)
    {
        try
        {
            for (var next = message; next is not null; next = TakeWaiting())
            {
                await socket.SendAsync(next, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            // Gone; its reader ends it. What still comes is dropped with the list.
        }
    }

    private byte[]? TakeWaiting()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _isWriting = false;
                return null;
            }

            var all = _waiting.Count == 1 ? _waiting[0] : [.. _waiting.SelectMany(each => each)];
            _waiting.Clear();
            return all;
        }
    }
}
