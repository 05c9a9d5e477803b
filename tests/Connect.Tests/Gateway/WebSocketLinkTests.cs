using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Connections;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>A whole connection, with WebSockets at both ends of a pipe in memory.</summary>
public sealed class WebSocketLinkTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task A_connection_lives_from_hello_to_bye()
    {
        using var wire = new Wire(_gateway, FrameCodec.Protobuf);
        await wire.HelloAsync();
        await wire.SendAsync(new ClientFrame { Id = 2, Conversations = new() }, new ClientFrame { Bye = new() });
        Assert.NotNull((await wire.NextAsync())!.Conversations);
        Assert.Null(await wire.NextAsync());
        Assert.Equal(1000, (int)wire.Client.CloseStatus!);
        await wire.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
        await wire.EndedAsync();
        Assert.Equal(0, _gateway.Table.Count);
    }

    [Fact]
    public async Task A_message_may_come_in_fragments_and_in_several_lines()
    {
        using var wire = new Wire(_gateway, FrameCodec.Json);
        await wire.HelloAsync();
        var lines = Encoding.UTF8.GetBytes("{\"id\":5,\"conversations\":{}}\n{\"id\":6,\"conversations\":{}}\n");
        for (var i = 0; i < lines.Length; i += 10)
        {
            var part = lines.AsMemory(i, Math.Min(10, lines.Length - i));
            await wire.Client.SendAsync(part, WebSocketMessageType.Text, i + 10 >= lines.Length, Cancellation);
        }

        Assert.Equal(5ul, (await wire.NextAsync())!.Id);
        Assert.Equal(6ul, (await wire.NextAsync())!.Id);
    }

    [Fact]
    public async Task A_message_larger_than_the_first_buffer_is_read_whole()
    {
        var (anna, bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        using var wire = new Wire(_gateway, FrameCodec.Protobuf);
        await wire.HelloAsync(anna);
        var frames = Enumerable
            .Range(10, 8)
            .Select(id => new ClientFrame { Id = (ulong)id, Send = TestClient.MakeSend(new('x', 7900), bert) });
        await wire.SendAsync([.. frames]);
        for (var id = 10ul; id < 18; id++)
        {
            Assert.Equal(id - 9, (await wire.NextAsync())!.Sent.Seq);
        }
    }

    [Fact]
    public async Task Text_where_binary_was_agreed_breaks_the_protocol()
    {
        using var wire = new Wire(_gateway, FrameCodec.Protobuf);
        await wire.HelloAsync();
        await wire.Client.SendAsync("{}"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        await BrokenAsync(wire, ErrorCode.BadFrame);
    }

    [Fact]
    public async Task A_frame_that_cannot_be_read_breaks_the_protocol_and_nothing_of_its_message_is_done()
    {
        using var wire = new Wire(_gateway, FrameCodec.Json);
        await wire.HelloAsync();
        var message = Encoding.UTF8.GetBytes("{\"id\":5,\"conversations\":{}}\n{\"id\":\n");
        await wire.Client.SendAsync(message, WebSocketMessageType.Text, true, Cancellation);
        await BrokenAsync(wire, ErrorCode.BadFrame);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_violation_of_the_framing_is_told_and_closed_while_the_client_still_sends(bool fragments)
    {
        using var wire = new Wire(_gateway, FrameCodec.Protobuf);
        await wire.HelloAsync();
        if (fragments)
        {
            for (var i = 0; i < 100; i++)
            {
                await wire.Client.SendAsync(
                    ReadOnlyMemory<byte>.Empty,
                    WebSocketMessageType.Binary,
                    false,
                    Cancellation
                );
            }
        }
        else
        {
            await wire.Raw.WriteAsync(FrameGuardTests.Header(true, 2, 1L << 40), Cancellation);
            await wire.Raw.WriteAsync(new byte[10_000], Cancellation);
        }

        await BrokenAsync(wire, fragments ? ErrorCode.BadFrame : ErrorCode.TooLarge);
    }

    [Fact]
    public async Task A_message_that_does_not_end_is_closed_after_ten_seconds()
    {
        using var wire = new Wire(_gateway, FrameCodec.Protobuf);
        await wire.HelloAsync();
        await wire.Raw.WriteAsync(FrameGuardTests.Header(true, 2, 1000), Cancellation);
        await Eventually.TrueAsync(() => wire.Link.Activity.MessageSince > 0, "the first byte of the message");
        _gateway.Pass(TimeSpan.FromSeconds(11));
        await BrokenAsync(wire, ErrorCode.BadFrame);
    }

    [Fact]
    public async Task A_client_that_vanishes_ends_its_session()
    {
        using var wire = new Wire(_gateway, FrameCodec.Protobuf);
        await wire.HelloAsync();
        await wire.Raw.DisposeAsync();
        await wire.EndedAsync();
        Assert.Empty(_gateway.Table.Routes(_gateway.Node));
        Assert.Equal(0, _gateway.Table.Count);
    }

    [Fact]
    public async Task A_long_write_goes_out_in_parts_and_each_counts_as_progress()
    {
        var inner = new PartStream();
        var pulse = new LinkActivity(_gateway.Wheel);
        await using var stream = new GuardStream(inner, new(1000, 32), pulse);
        await stream.WriteAsync(new byte[100_000], Cancellation);
        Assert.Equal([16384, 16384, 16384, 16384, 16384, 16384, 1696], inner.Writes);
    }

    private static async Task BrokenAsync(Wire wire, ErrorCode code)
    {
        Assert.Equal((uint)code, (await wire.NextAsync())!.Err.Code);
        Assert.Null(await wire.NextAsync());
        Assert.Equal((int)CloseCode.BadProtocol, (int)wire.Client.CloseStatus!);
        Assert.Equal("bad_protocol", wire.Client.CloseStatusDescription);
        await wire.Raw.DisposeAsync();
        await wire.EndedAsync();
    }

    /// <summary>A server end as the endpoint makes it, and a client end.</summary>
    private sealed class Wire : IDisposable
    {
        private readonly GatewayHarness _gateway;
        private readonly FrameCodec _codec;
        private readonly Queue<ServerFrame> _read = new();
        private readonly Task _run;

        public Wire(GatewayHarness gateway, FrameCodec codec)
        {
            (_gateway, _codec) = (gateway, codec);
            var (server, client) = PipePair.Create();
            Raw = client;
            Client = WebSocket.CreateFromStream(client, new() { IsServer = false });
            var pulse = new LinkActivity(gateway.Wheel);
            var guarded = new GuardStream(server, new(65_536, 32), pulse);
            var socket = WebSocket.CreateFromStream(guarded, new() { IsServer = true });
            Link = new(socket, codec, pulse, FrameLimits.FromClient, server.Dispose);
            _run = gateway.Get<ConnectEndpoint>().ServeAsync(Link, guarded, default);
        }

        public WebSocket Client { get; }

        public Stream Raw { get; }

        public WebSocketLink Link { get; }

        public void Dispose()
        {
            Client.Dispose();
            Raw.Dispose();
        }

        public Task EndedAsync() => _run.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        public async Task HelloAsync(UserId user = default)
        {
            user = user.IsNone ? await _gateway.NewUserAsync("somebody") : user;
            var token = _gateway.NewToken(user, DeviceId.NewRandom());
            await SendAsync(
                new ClientFrame
                {
                    Id = 1,
                    Hello = new() { Token = token },
                }
            );
            Assert.NotNull((await NextAsync())!.Welcome);
        }

        public async Task SendAsync(params ClientFrame[] frames)
        {
            var message = new ArrayBufferWriter<byte>();
            foreach (var frame in frames)
            {
                _codec.Writer.Write(frame, message);
            }

            var type = _codec.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            await Client.SendAsync(message.WrittenMemory, type, true, Cancellation);
        }

        /// <summary>The next frame; null when the server closed.</summary>
        public async Task<ServerFrame?> NextAsync()
        {
            var buffer = new byte[300_000];
            while (_read.Count == 0)
            {
                var length = 0;
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await Client.ReceiveAsync(buffer.AsMemory(length), Cancellation);
                    length += result.Count;
                } while (!result.EndOfMessage);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                var frames = new List<ServerFrame>();
                _codec.Reader.ReadServerFrames(new(buffer, 0, length), FrameLimits.FromServer, frames);
                frames.ForEach(_read.Enqueue);
            }

            return _read.Dequeue();
        }
    }

    private sealed class PartStream : MemoryStream
    {
        public List<int> Writes { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes.Add(buffer.Length);
            return ValueTask.CompletedTask;
        }
    }
}
