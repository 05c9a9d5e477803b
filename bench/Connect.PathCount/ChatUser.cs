using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Connect.PathCount;

/// <summary>
/// A user with one connected device. Speaks the JSON encoding by hand: every version of the server keeps the contract,
/// but not its classes.
/// </summary>
internal sealed class ChatUser : IAsyncDisposable
{
    private const int BufferLength = 64 * 1024;

    private readonly HttpMessageInvoker _sockets;
    private readonly HttpClient _http;
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonElement> _frames = [];
    private readonly byte[] _buffer = new byte[BufferLength];
    private int _lastId;

    private ChatUser(HostedServer server)
    {
        _http = new(server.CreateHandler()) { BaseAddress = server.Url };
        _sockets = new(server.CreateHandler());
    }

    public string Id { get; private set; } = "";

    /// <summary>Registers, logs in, connects and syncs.</summary>
    public static async Task<ChatUser> JoinAsync(HostedServer server, string name, CancellationToken cancellationToken)
    {
        var user = new ChatUser(server);
        var password = "a password of " + name;
        await user.CallAsync(HttpMethod.Post, "/v1/accounts", new { username = name, password }, cancellationToken);
        var login = new
        {
            grant = "password",
            username = name,
            password,
        };
        var tokens = await user.CallAsync(HttpMethod.Post, "/v1/tokens", login, cancellationToken);
        var token = tokens.GetProperty("access_token").GetString();
        user.Id = tokens.GetProperty("user").GetString()!;
        user._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await user.ConnectAsync(server.Url, token!, tokens.GetProperty("device").GetString()!, cancellationToken);
        return user;
    }

    public Task AddContactAsync(ChatUser other, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Put, "/v1/contacts/" + other.Id, null, cancellationToken);

    /// <summary>Sends a message and waits for its acknowledgement.</summary>
    public Task SendAsync(ChatUser to, string text, CancellationToken cancellationToken)
    {
        var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        return AskAsync(
            new
            {
                to = to.Id,
                cid,
                text,
            },
            "send",
            "sent",
            cancellationToken
        );
    }

    /// <summary>Waits for the push of a message.</summary>
    public async Task ReceiveAsync(string text, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = await ReadAsync(cancellationToken);
            if (
                frame.TryGetProperty("entries", out var push)
                && push.GetProperty("entries")
                    .EnumerateArray()
                    .Any(entry => entry.TryGetProperty("text", out var said) && said.GetString() == text)
            )
            {
                return;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _sockets.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ConnectAsync(Uri url, string token, string device, CancellationToken cancellationToken)
    {
        _socket.Options.AddSubProtocol("connect.v1.json");
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        var place = new UriBuilder(new Uri(url, "/v1/connect")) { Scheme = "wss" }.Uri;
        await _socket.ConnectAsync(place, _sockets, cancellationToken);
        var hello = new
        {
            token,
            device_id = device,
            agent = "connect-path-count",
        };
        await AskAsync(hello, "hello", "welcome", cancellationToken);
        var page = await AskAsync(new { mode = "all" }, "sync", "sync_page", cancellationToken);
        while (!page.TryGetProperty("synced", out _))
        {
            page = await AskAsync(new { }, "next", "sync_page", cancellationToken);
        }
    }

    /// <summary>Sends a request and reads until it is answered; what is pushed meanwhile is dropped.</summary>
    private async Task<JsonElement> AskAsync(
        object body,
        string request,
        string answer,
        CancellationToken cancellationToken
    )
    {
        var id = ++_lastId;
        await WriteAsync(new Dictionary<string, object> { ["id"] = id, [request] = body }, cancellationToken);
        while (true)
        {
            var frame = await ReadAsync(cancellationToken);
            if (frame.TryGetProperty("id", out var of) && of.GetInt32() == id)
            {
                return frame.TryGetProperty(answer, out var answered)
                    ? answered
                    : throw new InvalidOperationException($"{request} was answered {frame}");
            }
        }
    }

    private async Task WriteAsync(object frame, CancellationToken cancellationToken) =>
        await _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(frame),
            WebSocketMessageType.Text,
            endOfMessage: true,
            cancellationToken
        );

    private async Task<JsonElement> ReadAsync(CancellationToken cancellationToken)
    {
        while (_frames.Count == 0)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            } while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidOperationException(
                    $"The server closed with {_socket.CloseStatus} {_socket.CloseStatusDescription}."
                );
            }

            var lines = Encoding.UTF8.GetString(_buffer, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (var line in lines)
            {
                _frames.Enqueue(JsonSerializer.Deserialize<JsonElement>(line));
            }
        }

        var frame = _frames.Dequeue();
        if (frame.TryGetProperty("ping", out _))
        {
            await WriteAsync(new { pong = new { } }, cancellationToken);
        }

        return frame;
    }

    private async Task<JsonElement> CallAsync(
        HttpMethod method,
        string path,
        object? body,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        using var answer = await _http.SendAsync(request, cancellationToken);
        var said = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(said.Length == 0 ? "{}" : said)
            : throw new InvalidOperationException($"{method} {path} was answered {(int)answer.StatusCode}: {said}");
    }
}
