using System.Buffers;
using System.Net.WebSockets;
using Connect.Client;
using Connect.Client.Connections;
using Connect.Client.Positions;
using Connect.Client.Signals;
using Connect.Protocol.Frames;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>A server whose limits are below the protocol's defaults is never sent more than it takes.</summary>
public sealed class ServerLimitsTests
{
    private const int Lowered = 1_024;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<FrameEncoding> Encodings => [FrameEncoding.Protobuf, FrameEncoding.Json];

    [Fact]
    public async Task Limits_are_the_defaults_until_a_greeting_states_others_and_survive_reconnects()
    {
        await using var harness = new ClientHarness();
        Assert.Equal((8_000, 65_536), (harness.Client.Limits.TextBytes, harness.Client.Limits.FrameBytes));
        harness.Server.Limits = (Text: 10, Frame: 2_000);
        await harness.ConnectAsync();
        Assert.Equal((10, 2_000), (harness.Client.Limits.TextBytes, harness.Client.Limits.FrameBytes));
        Assert.Equal(2_000, harness.Server.Session.MessageLimit);

        harness.Server.Limits = default;
        harness.Server.Session.Break();
        Assert.Equal((10, 2_000), (harness.Client.Limits.TextBytes, harness.Client.Limits.FrameBytes));
        await harness.Advance(
            () => harness.Server.Sessions.Count == 2 && harness.Client.State == ConnectionState.Live,
            "the second session"
        );
        Assert.Equal((10, 2_000), (harness.Client.Limits.TextBytes, harness.Client.Limits.FrameBytes));
        Assert.Equal(2_000, harness.Server.Session.MessageLimit);
    }

    [Fact]
    public async Task A_text_above_the_limit_of_the_server_is_refused_before_it_is_in_the_outbox()
    {
        await using var harness = new ClientHarness();
        harness.Server.Limits = (Text: 10, Frame: 0);
        await harness.ConnectAsync();
        var refused = await Assert.ThrowsAsync<ConnectException>(() =>
            harness.Room.EnqueueAsync("four € mor", cancellationToken: Cancelled)
        );
        Assert.Equal((ErrorCode.TooLarge, false), (refused.Code, refused.Retryable));
        Assert.Empty(await harness.Client.OutgoingAsync(Cancelled));
        await harness.Room.SendAsync("four € m", Cancelled);
        Assert.Single(harness.Sends());
    }

    [Fact]
    public async Task A_message_that_no_frame_of_the_server_holds_fails_alone_and_is_not_transmitted()
    {
        await using var harness = new ClientHarness();
        harness.Server.Limits = (Text: 8_000, Frame: Lowered);
        var large = await harness.Room.EnqueueAsync(new string('x', 2_000), cancellationToken: Cancelled);
        var small = await harness.Room.EnqueueAsync("small", cancellationToken: Cancelled);
        await harness.ConnectAsync();
        var refused = await Assert.ThrowsAsync<ConnectException>(() => large.Sent.WaitAsync(Cancelled));
        Assert.Equal((ErrorCode.TooLarge, false), (refused.Code, refused.Retryable));
        await small.Sent.WaitAsync(Cancelled);
        Assert.Equal(["small"], harness.Sends().Select(send => send.Text));
        Assert.Empty(await harness.Client.OutgoingAsync(Cancelled));
        Assert.Equal(ConnectionState.Live, harness.Client.State);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_flushed_outbox_is_split_into_messages_within_the_limit(FrameEncoding encoding)
    {
        var socket = new RecordingSocket();
        var codec = FrameCodec.For(encoding);
        await using var transport = new WebSocketTransport(socket, codec, TimeProvider.System)
        {
            MessageLimit = Lowered,
        };
        var frames = Enumerable
            .Range(1, 300)
            .Select(id => new Wire.ClientFrame
            {
                Id = (ulong)id,
                Send = new()
                {
                    Conversation = FakeServer.Room,
                    Cid = Guid.NewGuid().ToString(),
                    Text = new string('x', id),
                },
            })
            .ToList();
        await transport.SendAsync(frames, Cancelled);

        Assert.All(socket.Messages, message => Assert.InRange(message.Length, 1, Lowered));
        // No message is cut short: the first frame of the next one would not have fitted.
        var read = socket.Messages.Select(message => Read(codec, message)).ToList();
        Assert.Equal(frames, read.SelectMany(each => each));
        for (var at = 1; at < read.Count; at++)
        {
            var next = codec.Writer.Encode(read[at][0]).Length;
            Assert.True(socket.Messages[at - 1].Length + next > Lowered, $"message {at} could have been longer");
        }
    }

    [Fact]
    public async Task A_message_holds_no_more_frames_than_the_protocol_allows()
    {
        var socket = new RecordingSocket();
        await using var transport = new WebSocketTransport(socket, FrameCodec.Protobuf, TimeProvider.System);
        var frames = Enumerable.Repeat(new Wire.ClientFrame { Pong = new() }, 2_049).ToList();
        await transport.SendAsync(frames, Cancelled);
        Assert.Equal([1_024, 1_024, 1], socket.Messages.Select(message => Read(FrameCodec.Protobuf, message).Count));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Lists_are_told_in_parts_that_fit(FrameEncoding encoding)
    {
        var fit = new FrameFit(FrameCodec.For(encoding)) { Limit = Lowered };
        var ids = Enumerable.Range(0, 300).Select(_ => Guid.NewGuid().ToString()).ToList();

        var run = new SyncRun(
            Wire.SyncMode.All,
            [.. ids.Select(id => new Wire.Position { Conversation = id, Seq = long.MaxValue >> 11 })]
        );
        var positions = new List<string>();
        for (var more = true; more; )
        {
            var frame = Fitting(fit, run.Next(fit));
            positions.AddRange(frame.Sync.Positions.Select(position => position.Conversation));
            more = frame.Sync.More;
        }

        Assert.Equal(ids, positions);

        var marks = new MarkBook();
        ids.ForEach(id => marks.Raise(id, 0, 5));
        var marked = new List<string>();
        for (var now = TimeSpan.Zero; marks.Take(now, fit) is { } frame; now += TimeSpan.FromSeconds(1))
        {
            marked.AddRange(Fitting(fit, frame).Mark.Marks.Select(mark => mark.Conversation));
            marks.Confirmed();
        }

        Assert.Equal(ids.Order(), marked.Order());

        var presence = new PresenceBook();
        presence.Set(this, ids);
        var watched = new List<string>();
        while (presence.Take(TimeSpan.Zero, fit) is { } frame)
        {
            watched.AddRange(Fitting(fit, frame).Watch.Add);
            presence.Confirmed();
        }

        Assert.Equal(ids.Order(), watched.Order());

        var asked = FrameFit.SplitIds(ids, Lowered).ToList();
        Assert.Equal(ids, asked.SelectMany(part => part));
        Assert.All(
            asked,
            part =>
                Fitting(
                    fit,
                    new()
                    {
                        Id = 1,
                        Conversations = new() { Ids = { part } },
                    }
                )
        );
    }

    private static Wire.ClientFrame Fitting(FrameFit fit, Wire.ClientFrame frame)
    {
        Assert.True(fit.Fits(frame), $"{frame.BodyCase} is above the limit");
        return frame;
    }

    private static List<Wire.ClientFrame> Read(FrameCodec codec, byte[] message)
    {
        var frames = new List<Wire.ClientFrame>();
        var error = codec.Reader.ReadClientFrames(new ReadOnlySequence<byte>(message), FrameLimits.FromClient, frames);
        Assert.False(error.IsError, error.Reason);
        return frames;
    }

    /// <summary>A socket that only keeps what is sent.</summary>
    private sealed class RecordingSocket : WebSocket
    {
        public List<byte[]> Messages { get; } = [];

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Closed;

        public override string? SubProtocol => null;

        public override Task SendAsync(
            ArraySegment<byte> buffer,
            WebSocketMessageType messageType,
            bool endOfMessage,
            CancellationToken cancellationToken
        )
        {
            Assert.True(endOfMessage);
            Messages.Add([.. buffer]);
            return Task.CompletedTask;
        }

        public override void Abort() { }

        public override void Dispose() { }

        public override Task CloseAsync(
            WebSocketCloseStatus closeStatus,
            string? statusDescription,
            CancellationToken cancellationToken
        ) => Task.CompletedTask;

        public override Task CloseOutputAsync(
            WebSocketCloseStatus closeStatus,
            string? statusDescription,
            CancellationToken cancellationToken
        ) => Task.CompletedTask;

        public override Task<WebSocketReceiveResult> ReceiveAsync(
            ArraySegment<byte> buffer,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();
    }
}
