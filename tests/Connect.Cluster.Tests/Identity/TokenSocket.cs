using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;

namespace Connect.Cluster.Tests.Identity;

/// <summary>A socket in JSON that says hello with any token, and tells how it was closed.</summary>
internal sealed class TokenSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly byte[] _buffer = new byte[ReceiverContract.BufferBytes];
    private readonly Queue<JsonElement> _read = new();

    private TokenSocket(ServerProcess server)
    {
        _invoker = new(
            new SocketsHttpHandler
            {
                SslOptions = { CertificateChainPolicy = ServerProcess.TrustOnly(server.CertificateFile) },
            }
        );
        _socket.Options.AddSubProtocol("connect.v1.json");
    }

    /// <summary>What the server closed it with; null while it is open.</summary>
    public int? ClosedWith { get; private set; }

    /// <summary>Connects and says hello; the answer is the first frame that <see cref="NextAsync"/> gives.</summary>
    public static async Task<TokenSocket> OpenAsync(
        ServerProcess server,
        string token,
        string device,
        CancellationToken cancellationToken
    )
    {
        var socket = new TokenSocket(server);
        var url = new UriBuilder(server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri;
        await socket._socket.ConnectAsync(url, socket._invoker, cancellationToken);
        await socket.SendAsync(new { id = 1, hello = new { token, device_id = device } }, cancellationToken);
        return socket;
    }

    public Task SendAsync(object frame, CancellationToken cancellationToken) =>
        _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(frame),
            WebSocketMessageType.Text,
            endOfMessage: true,
            cancellationToken
        );

    /// <summary>Reads until a frame with this body; null when the server closed instead.</summary>
    public async Task<JsonElement?> NextAsync(string body, CancellationToken cancellationToken)
    {
        while (ClosedWith is null || _read.Count > 0)
        {
            while (_read.TryDequeue(out var frame))
            {
                if (frame.TryGetProperty(body, out var found))
                {
                    return found;
                }
            }

            await ReceiveAsync(cancellationToken);
        }

        return null;
    }

    /// <summary>Reads to the end; the close code, 0 when the connection broke without one.</summary>
    public async Task<int> ClosedAsync(CancellationToken cancellationToken)
    {
        while (ClosedWith is null)
        {
            await ReceiveAsync(cancellationToken);
        }

        return ClosedWith.Value;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
                length += received.Count;
            } while (!received.EndOfMessage && length < _buffer.Length);

            if (received.MessageType == WebSocketMessageType.Close)
            {
                ClosedWith = (int)_socket.CloseStatus!.Value;
                return;
            }

            ReceiverContract.Read(FrameCodec.Json, _buffer.AsSpan(0, length));
            foreach (var line in Encoding.UTF8.GetString(_buffer, 0, length).Split('\n').Where(each => each.Length > 0))
            {
                _read.Enqueue(JsonSerializer.Deserialize<JsonElement>(line));
            }
        }
        catch (WebSocketException)
        {
            ClosedWith = (int)(_socket.CloseStatus ?? 0);
        }
    }
}
