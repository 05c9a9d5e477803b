using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Clients;

/// <summary>
/// A session in either encoding without the SDK: one question at a time, pushes are put aside. Used by one caller at a
/// time.
/// </summary>
internal sealed class WireSession : IAsyncDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly ClientWebSocket _socket = new();
    private readonly FrameCodec _codec;
    private readonly byte[] _buffer = new byte[ReceiverContract.BufferBytes];
    private readonly Queue<ServerFrame> _answers = new();
    private ulong _id;

    private WireSession(HttpMessageInvoker invoker, FrameCodec codec) => (_invoker, _codec) = (invoker, codec);

    /// <summary>What the sync at the start gave, and what was pushed since.</summary>
    public List<Entry> Entries { get; } = [];

    /// <summary>What was pushed of marks.</summary>
    public List<Receipt> Receipts { get; } = [];

    /// <summary>All that was pushed since the answer to <c>hello</c>, but for pings.</summary>
    public List<ServerFrame> Pushes { get; } = [];

    /// <summary>The answer to <c>hello</c>.</summary>
    public Welcome Welcome { get; private set; } = new();

    /// <summary>Which life of its data the server leads.</summary>
    public string Store => Welcome.Store;

    /// <summary>Bytes of the largest message so far.</summary>
    public int LargestMessage { get; private set; }

    /// <summary>Says hello and syncs from nothing: from then on it is live.</summary>
    public static async Task<WireSession> OpenAsync(
        ServerProcess server,
        TestUser user,
        FrameEncoding encoding,
        CancellationToken cancellation,
        Resume? resume = null
    )
    {
        var session = await ConnectAsync(server, user, encoding, cancellation, resume);
        await session.SyncAsync([], cancellation);
        return session;
    }

    /// <summary>Says hello alone.</summary>
    public static async Task<WireSession> ConnectAsync(
        ServerProcess server,
        TestUser user,
        FrameEncoding encoding,
        CancellationToken cancellation,
        Resume? resume = null
    )
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = ServerProcess.TrustOnly(server.CertificateFile),
            },
        };
        var session = new WireSession(new HttpMessageInvoker(handler), FrameCodec.For(encoding));
        session._socket.Options.AddSubProtocol(session._codec.Subprotocol);
        session._socket.Options.HttpVersion = HttpVersion.Version20;
        var url = new UriBuilder(server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri;
        await session._socket.ConnectAsync(url, session._invoker, cancellation);
        var hello = new Hello
        {
            Token = user.AccessToken,
            DeviceId = user.Device,
            Agent = "wire",
            Resume = resume,
        };
        var welcome = await session.AskAsync(new() { Hello = hello }, cancellation);
        Assert.True(welcome.Welcome is not null, welcome.ToString());
        session.Welcome = welcome.Welcome;
        return session;
    }

    /// <summary>Syncs to its end and gives the pages.</summary>
    /// <param name="positions">What it holds.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="betweenPages">Awaited before each further page is asked for.</param>
    public async Task<List<SyncPage>> SyncAsync(
        IEnumerable<Position> positions,
        CancellationToken cancellation,
        Func<SyncPage, Task>? betweenPages = null
    )
    {
        var sync = new Sync { Mode = SyncMode.All };
        sync.Positions.Add(positions);
        var pages = new List<SyncPage>();
        var answer = await AskAsync(new() { Sync = sync }, cancellation);
        while (true)
        {
            Assert.True(answer.SyncPage is not null, answer.ToString());
            pages.Add(answer.SyncPage);
            Entries.AddRange(answer.SyncPage.Entries);
            if (answer.SyncPage.Synced)
            {
                return pages;
            }

            if (betweenPages is not null)
            {
                await betweenPages(answer.SyncPage);
            }

            answer = await AskAsync(new() { Next = new() }, cancellation);
        }
    }

    /// <summary>Gives the frame an id, sends it and waits for its answer.</summary>
    public async Task<ServerFrame> AskAsync(ClientFrame frame, CancellationToken cancellation) =>
        (await AskAllAsync([frame], cancellation))[0];

    /// <summary>The same for many frames in one message; the answers in the order of the frames.</summary>
    public async Task<List<ServerFrame>> AskAllAsync(IReadOnlyList<ClientFrame> frames, CancellationToken cancellation)
    {
        var bytes = new List<byte>();
        foreach (var frame in frames)
        {
            frame.Id = ++_id;
            bytes.AddRange(_codec.Writer.Encode(frame).Span);
        }

        await SendAsync(bytes.ToArray(), cancellation);
        var answers = new Dictionary<ulong, ServerFrame>();
        while (!frames.All(frame => answers.ContainsKey(frame.Id)))
        {
            var answer = await ReadAsync(cancellation);
            answers.Add(answer.Id, answer);
        }

        return [.. frames.Select(frame => answers[frame.Id])];
    }

    /// <summary>A message of the encoding as its bytes are.</summary>
    public Task SendAsync(byte[] message, CancellationToken cancellation) =>
        _socket.SendAsync(
            message,
            _codec.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary,
            endOfMessage: true,
            cancellation
        );

    /// <summary>The next frame that is an answer or an error.</summary>
    public async Task<ServerFrame> ReadAsync(CancellationToken cancellation)
    {
        while (_answers.Count == 0)
        {
            if (!await ReceiveAsync(cancellation))
            {
                throw new EndOfStreamException($"Closed by the server: {_socket.CloseStatus}");
            }
        }

        return _answers.Dequeue();
    }

    /// <summary>Reads until as many entries were given.</summary>
    public async Task UntilAsync(Func<List<Entry>, bool> condition, string missing, CancellationToken cancellation)
    {
        while (!condition(Entries))
        {
            try
            {
                Assert.True(await ReceiveAsync(cancellation), $"Closed by the server: {_socket.CloseStatus}");
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Missing: {missing}. Given: {Entries.Count} entries.");
            }
        }
    }

    /// <summary>Reads until something holds.</summary>
    public async Task UntilAsync(Func<bool> condition, Func<string> missing, CancellationToken cancellation)
    {
        while (!condition())
        {
            try
            {
                Assert.True(await ReceiveAsync(cancellation), $"Closed by the server: {_socket.CloseStatus}");
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Missing: {missing()}.");
            }
        }
    }

    /// <summary>The error and the code with which the server closes; 0 when it cuts the connection.</summary>
    public async Task<(Err? Error, int Close)> ReadToCloseAsync(CancellationToken cancellation)
    {
        var close = 0;
        try
        {
            while (await ReceiveAsync(cancellation))
            {
                // All of it is put aside.
            }

            close = (int)_socket.CloseStatus!;
        }
        catch (WebSocketException)
        {
            // Cut.
        }

        return (_answers.Select(frame => frame.Err).FirstOrDefault(err => err is not null), close);
    }

    /// <summary>The whole of a conversation as it is told on demand, oldest first.</summary>
    public async Task<List<Entry>> HistoryAsync(string conversation, CancellationToken cancellation)
    {
        var all = new List<Entry>();
        while (true)
        {
            var request = new HistoryRequest { Conversation = conversation, Limit = 200 };
            _ = all.Count == 0 ? request.Around = 1 : request.After = all[^1].Seq;
            var answer = await AskAsync(new() { History = request }, cancellation);
            Assert.True(answer.History is not null, answer.ToString());
            all.AddRange(answer.History.Entries);
            if (!answer.History.HasMoreAfter)
            {
                return all;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> ReceiveAsync(CancellationToken cancellation)
    {
        var length = 0;
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellation);
            length += received.Count;
        } while (!received.EndOfMessage && length < _buffer.Length);

        if (received.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        LargestMessage = Math.Max(LargestMessage, length);
        var frames = ReceiverContract.Read(_codec, _buffer.AsSpan(0, length));
        Pushes.AddRange(frames.Where(frame => frame is { Id: 0, Ping: null, Err: null }));
        foreach (var frame in frames)
        {
            if (frame.Ping is not null)
            {
                await SendAsync(_codec.Writer.Encode(new ClientFrame { Pong = new() }).ToArray(), cancellation);
            }
            else if (frame.Entries is not null)
            {
                Entries.AddRange(frame.Entries.Entries_);
            }
            else if (frame.Receipts is not null)
            {
                Receipts.AddRange(frame.Receipts.Receipts_);
            }
            else if (frame.Id > 0 || frame.Err is not null)
            {
                _answers.Enqueue(frame);
            }
        }

        return true;
    }
}
