using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Connect.Protocol.Frames;

namespace Connect.Cluster.Tests.Clients;

/// <summary>
/// A session without the SDK, in JSON, for what a client should not do: it reads only when told to, through a small
/// window.
/// </summary>
internal sealed class RawSession : IAsyncDisposable
{
    private const int ReceiveWindow = 4096;

    private readonly HttpMessageInvoker _invoker;
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonElement> _read = new();
    private readonly byte[] _buffer = new byte[ReceiverContract.BufferBytes];

    private RawSession(HttpMessageInvoker invoker) => _invoker = invoker;

    /// <summary>The login's answer, tokens and all.</summary>
    public JsonElement Login { get; private set; }

    /// <summary>The answer to its hello.</summary>
    public JsonElement Welcome { get; private set; }

    /// <summary>Logs in as a new device and says hello; <paramref name="socket"/> opens its sockets.</summary>
    public static async Task<RawSession> OpenAsync(
        Uri server,
        string certificateFile,
        string username,
        string password,
        CancellationToken cancellationToken,
        Func<Socket>? socket = null
    )
    {
        var session = new RawSession(new HttpMessageInvoker(CreateHandler(certificateFile, socket)));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/v1/tokens"))
        {
            Content = JsonContent.Create(
                new
                {
                    grant = "password",
                    username,
                    password,
                }
            ),
        };
        using var answer = await session._invoker.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        session.Login = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);

        await session.SayHelloAsync(server, new { }, cancellationToken);
        return session;
    }

    /// <summary>The same device once more, which claims to go on from this session.</summary>
    public async Task<RawSession> ReturnAsync(
        Uri server,
        string certificateFile,
        object[] heads,
        CancellationToken cancellationToken
    )
    {
        var session = new RawSession(new HttpMessageInvoker(CreateHandler(certificateFile))) { Login = Login };
        var before = Welcome.GetProperty("session").GetString();
        var incarnation = Welcome.GetProperty("incarnation").GetString();
        var resume = new
        {
            session = before,
            incarnation,
            heads,
        };
        await session.SayHelloAsync(server, resume, cancellationToken);
        return session;
    }

    public Task SendAsync(object frame, CancellationToken cancellationToken) =>
        _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(frame),
            WebSocketMessageType.Text,
            endOfMessage: true,
            cancellationToken
        );

    /// <summary>The next frame that has this body; pings are answered, all before it is dropped.</summary>
    public async Task<JsonElement> ReadUntilAsync(string body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = await ReadAsync(cancellationToken);
            if (frame.TryGetProperty(body, out var found))
            {
                return found;
            }
        }
    }

    /// <summary>Syncs from a position and gives the seqs that the pages held, to the end of the sync.</summary>
    public async Task<List<long>> SyncAsync(
        object[] positions,
        CancellationToken cancellationToken,
        string mode = "all"
    )
    {
        var seqs = new List<long>();
        await SendAsync(new { id = 10, sync = new { mode, positions } }, cancellationToken);
        for (var id = 11; ; id++)
        {
            var page = await ReadUntilAsync("sync_page", cancellationToken);
            seqs.AddRange(SeqsOf(page));
            if (page.TryGetProperty("synced", out _))
            {
                return seqs;
            }

            await SendAsync(new { id, next = new { } }, cancellationToken);
        }
    }

    /// <summary>The seqs of the entries in a page or a push.</summary>
    public static IEnumerable<long> SeqsOf(JsonElement body) =>
        body.TryGetProperty("entries", out var entries)
            ? entries.EnumerateArray().Select(e => e.GetProperty("seq").GetInt64())
            : [];

    public async Task<JsonElement> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_read.TryDequeue(out var frame))
            {
                if (frame.TryGetProperty("ping", out _))
                {
                    await SendAsync(new { pong = new { } }, cancellationToken);
                }
                else
                {
                    return frame;
                }
            }

            await ReceiveAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SayHelloAsync(Uri server, object resume, CancellationToken cancellationToken)
    {
        _socket.Options.AddSubProtocol("connect.v1.json");
        var url = new UriBuilder(server) { Scheme = "wss", Path = "/v1/connect" }.Uri;
        await _socket.ConnectAsync(url, _invoker, cancellationToken);
        await SendAsync(
            new
            {
                id = 1,
                hello = new
                {
                    token = Login.GetProperty("access_token").GetString(),
                    device_id = Login.GetProperty("device").GetString(),
                    agent = "raw",
                    resume,
                },
            },
            cancellationToken
        );
        Welcome = await ReadUntilAsync("welcome", cancellationToken);
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
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
            throw new InvalidOperationException($"Closed by the server: {_socket.CloseStatus}");
        }

        ReceiverContract.Read(FrameCodec.Json, _buffer.AsSpan(0, length));
        foreach (var line in Encoding.UTF8.GetString(_buffer, 0, length).Split('\n').Where(l => l.Length > 0))
        {
            _read.Enqueue(JsonSerializer.Deserialize<JsonElement>(line));
        }
    }

    private static SocketsHttpHandler CreateHandler(string certificateFile, Func<Socket>? open = null)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = open?.Invoke() ?? new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.ReceiveBufferSize = ReceiveWindow;
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var trusted = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
            shown is not null && shown.GetCertHashString() == trusted.GetCertHashString();
        return handler;
    }
}
