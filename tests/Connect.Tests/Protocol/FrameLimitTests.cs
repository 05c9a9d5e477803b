using System.Buffers;
using System.Text;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Protocol;

public sealed class FrameLimitTests
{
    private static readonly Dictionary<string, Func<int, ClientFrame>> ClientLists = new()
    {
        ["heads"] = count => new ClientFrame
        {
            Hello = new Hello { Resume = new Resume { Heads = { Positions(count) } } },
        },
        ["positions"] = count => new ClientFrame { Sync = new Sync { Positions = { Positions(count) } } },
        ["marks"] = count => new ClientFrame { Mark = new MarkRequest { Marks = { Many(count, () => new Mark()) } } },
        ["add"] = count => new ClientFrame { Watch = new Watch { Add = { Many(count, () => "u") } } },
        ["remove"] = count => new ClientFrame { Watch = new Watch { Remove = { Many(count, () => "u") } } },
        ["open"] = count => new ClientFrame { State = new StateRequest { Open = { Many(count, () => "c") } } },
        ["ids"] = count => new ClientFrame
        {
            Conversations = new ConversationsRequest { Ids = { Many(count, () => "c") } },
        },
    };

    public static TheoryData<FrameEncoding, string, int> Lists =>
        ForBoth(
            ("heads", ProtocolLimits.PositionsPerFrame),
            ("positions", ProtocolLimits.PositionsPerFrame),
            ("marks", ProtocolLimits.MarksPerFrame),
            ("add", ProtocolLimits.WatchIdsPerFrame),
            ("remove", ProtocolLimits.WatchIdsPerFrame),
            ("open", ProtocolLimits.OpenConversations),
            ("ids", ProtocolLimits.ConversationIdsPerFrame)
        );

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_of_a_client_may_be_full_but_not_fuller(FrameEncoding encoding, string list, int limit)
    {
        var codec = FrameCodec.For(encoding);
        Assert.Equal(ErrorCode.None, Read(codec, codec.Writer.Encode(ClientLists[list](limit))).Code);
        Assert.Equal(ErrorCode.TooLarge, Read(codec, codec.Writer.Encode(ClientLists[list](limit + 1))).Code);
    }

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public void A_list_of_the_server_may_be_full_but_not_fuller(FrameEncoding encoding)
    {
        var codec = FrameCodec.For(encoding);
        var limits = FrameLimits.FromServer with { ServerListItems = 10 };
        foreach (var (count, expected) in new[] { (10, ErrorCode.None), (11, ErrorCode.TooLarge) })
        {
            var frame = new ServerFrame { Entries = new Entries { Entries_ = { Many(count, () => new Entry()) } } };
            var message = new ReadOnlySequence<byte>(codec.Writer.Encode(frame));
            codec.Reader.TryReadServerFrame(ref message, limits, out _, out var error);
            Assert.Equal(expected, error.Code);
        }
    }

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public void All_lists_of_a_frame_together_are_bounded(FrameEncoding encoding)
    {
        var codec = FrameCodec.For(encoding);
        var limits = FrameLimits.FromServer with { Items = 30 };
        foreach (var (inner, expected) in new[] { (2, ErrorCode.None), (3, ErrorCode.TooLarge) })
        {
            ConversationSummary Summary() => new() { Others = { Many(inner, () => new MemberMarks()) } };
            var frame = new ServerFrame { Conversations = new ConversationsPage { Items = { Many(10, Summary) } } };
            var message = new ReadOnlySequence<byte>(codec.Writer.Encode(frame));
            codec.Reader.TryReadServerFrame(ref message, limits, out _, out var error);
            Assert.Equal(expected, error.Code);
        }
    }

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public void A_message_may_have_64_KiB_and_no_byte_more(FrameEncoding encoding)
    {
        var codec = FrameCodec.For(encoding);
        var empty = codec.Writer.Encode(SendOf(new string('a', 40_000))).Length - 40_000;
        var fits = new string('a', ProtocolLimits.ClientMessageBytes - empty);
        var full = codec.Writer.Encode(SendOf(fits));
        Assert.Equal(ProtocolLimits.ClientMessageBytes, full.Length);
        Assert.Equal(ErrorCode.None, Read(codec, full).Code);
        Assert.Equal(ErrorCode.TooLarge, Read(codec, codec.Writer.Encode(SendOf(fits + "a"))).Code);
    }

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public void A_message_may_hold_1024_frames_and_no_more(FrameEncoding encoding)
    {
        var codec = FrameCodec.For(encoding);
        var output = new ArrayBufferWriter<byte>();
        for (var count = 0; count < ProtocolLimits.FramesPerMessage; count++)
        {
            codec.Writer.Write(new ClientFrame { Pong = new Pong() }, output);
        }

        Assert.Equal(ErrorCode.None, Read(codec, output.WrittenMemory).Code);
        codec.Writer.Write(new ClientFrame { Pong = new Pong() }, output);
        var frames = new List<ClientFrame>();
        var error = codec.Reader.ReadClientFrames(new(output.WrittenMemory), FrameLimits.FromClient, frames);
        Assert.Equal(ErrorCode.TooLarge, error.Code);
        Assert.Equal(ProtocolLimits.FramesPerMessage, frames.Count);
    }

    [Fact]
    public void Json_may_nest_to_the_limit_and_no_deeper()
    {
        foreach (var (depth, expected) in new[] { (16, ErrorCode.None), (17, ErrorCode.BadFrame) })
        {
            var inner = new string('[', depth - 1) + new string(']', depth - 1);
            var error = Read(FrameCodec.Json, Encoding.UTF8.GetBytes($$"""{"x":{{inner}}}"""));
            Assert.Equal(expected, error.Code);
        }
    }

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public void A_list_that_is_too_long_costs_no_memory(FrameEncoding encoding)
    {
        var item = encoding == FrameEncoding.Json ? "{},"u8.ToArray() : [0x0A, 0x00];
        var items = Enumerable.Repeat(item, 21_000).SelectMany(bytes => bytes).ToArray();
        byte[] bytes =
            encoding == FrameEncoding.Json
                ? [.. """{"mark":{"marks":["""u8, .. items, .. "{}]}}"u8]
                : [0x94, 0xC8, 0x02, 0x2A, 0x90, 0xC8, 0x02, .. items];
        var codec = FrameCodec.For(encoding);
        Read(codec, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Read(codec, bytes);
        var spent = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(new FrameError(ErrorCode.TooLarge, "a list has too many items"), error);
        Assert.True(spent < 1_000, $"{spent} bytes were allocated");
    }

    private static FrameError Read(FrameCodec codec, ReadOnlyMemory<byte> bytes) =>
        codec.Reader.ReadClientFrames(new(bytes), FrameLimits.FromClient, new List<ClientFrame>());

    private static ClientFrame SendOf(string text) =>
        new()
        {
            Id = 1,
            Send = new Send { Text = text },
        };

    private static IEnumerable<Position> Positions(int count) => Many(count, () => new Position { Conversation = "c" });

    private static IEnumerable<T> Many<T>(int count, Func<T> make) => Enumerable.Range(0, count).Select(_ => make());

    private static TheoryData<FrameEncoding, string, int> ForBoth(params (string List, int Limit)[] rows)
    {
        var data = new TheoryData<FrameEncoding, string, int>();
        foreach (var (list, limit) in rows)
        {
            data.Add(FrameEncoding.Protobuf, list, limit);
            data.Add(FrameEncoding.Json, list, limit);
        }

        return data;
    }
}
