using System.Buffers;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using CsCheck;
using Xunit;

namespace Connect.Tests.Protocol;

public sealed class FrameRoundTripTests
{
    public static TheoryData<FrameEncoding, int> ClientBodies => Bodies(ClientFrame.Descriptor);

    public static TheoryData<FrameEncoding, int> ServerBodies => Bodies(ServerFrame.Descriptor);

    [Theory]
    [MemberData(nameof(ClientBodies))]
    public void Every_client_frame_comes_back_as_it_was(FrameEncoding encoding, int number)
    {
        var codec = FrameCodec.For(encoding);
        var frames = FrameGenerator.Frame<ClientFrame>(ClientFrame.Descriptor.FindFieldByNumber(number));
        frames
            .Array[1, 5]
            .Sample(
                sent =>
                {
                    var output = new ArrayBufferWriter<byte>();
                    Array.ForEach(sent, frame => codec.Writer.Write(frame, output));
                    var read = new List<ClientFrame>();
                    var error = codec.Reader.ReadClientFrames(new(output.WrittenMemory), FrameLimits.FromClient, read);
                    Assert.Equal(default, error);
                    Assert.Equal(sent, read);
                },
                iter: 200
            );
    }

    [Theory]
    [MemberData(nameof(ServerBodies))]
    public void Every_server_frame_comes_back_as_it_was(FrameEncoding encoding, int number)
    {
        var codec = FrameCodec.For(encoding);
        var frames = FrameGenerator.Frame<ServerFrame>(ServerFrame.Descriptor.FindFieldByNumber(number));
        frames
            .Array[1, 5]
            .Sample(
                sent =>
                {
                    var output = new ArrayBufferWriter<byte>();
                    Array.ForEach(sent, frame => codec.Writer.Write(frame, output));
                    var read = new List<ServerFrame>();
                    var error = codec.Reader.ReadServerFrames(new(output.WrittenMemory), FrameLimits.FromServer, read);
                    Assert.Equal(default, error);
                    Assert.Equal(sent, read);
                },
                iter: 200
            );
    }

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public void A_frame_torn_into_segments_of_any_size_is_read(FrameEncoding encoding)
    {
        var codec = FrameCodec.For(encoding);
        var frame = new ClientFrame
        {
            Id = 7,
            Send = new Send
            {
                Conversation = "c1",
                Cid = "x",
                Text = "añ👍",
                Seen = 9,
            },
        };
        var bytes = codec.Writer.Encode(frame);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var message = Segments.Of(bytes, size);
            Assert.True(codec.Reader.TryReadClientFrame(ref message, FrameLimits.FromClient, out var read, out _));
            Assert.Equal(frame, read);
            Assert.False(codec.Reader.TryReadClientFrame(ref message, FrameLimits.FromClient, out _, out var end));
            Assert.False(end.IsError);
        }
    }

    [Fact]
    public void A_shared_frame_holds_the_bytes_the_writer_writes()
    {
        var frame = new ServerFrame
        {
            Entries = new Entries
            {
                Entries_ =
                {
                    new Entry { Conversation = "c", Seq = 1 },
                },
            },
        };
        var shared = new SharedFrame(frame);
        foreach (var codec in new[] { FrameCodec.Json, FrameCodec.Protobuf })
        {
            Assert.Equal(codec.Writer.Encode(frame).ToArray(), shared.Bytes(codec.Encoding).ToArray());
            Assert.Equal(shared.Bytes(codec.Encoding), shared.Bytes(codec.Encoding));
        }
    }

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public void A_lone_surrogate_is_written_as_the_replacement_character(FrameEncoding encoding)
    {
        var codec = FrameCodec.For(encoding);
        var bytes = codec.Writer.Encode(new ClientFrame { Send = new Send { Text = "a\ud800b\"\udc00" } });
        var message = new ReadOnlySequence<byte>(bytes);
        Assert.True(codec.Reader.TryReadClientFrame(ref message, FrameLimits.FromClient, out var read, out _));
        Assert.Equal("a\ufffdb\"\ufffd", read.Send.Text);
    }

    private static TheoryData<FrameEncoding, int> Bodies(Google.Protobuf.Reflection.MessageDescriptor frame)
    {
        var data = new TheoryData<FrameEncoding, int>();
        foreach (var body in FrameGenerator.Bodies(frame))
        {
            data.Add(FrameEncoding.Protobuf, body.FieldNumber);
            data.Add(FrameEncoding.Json, body.FieldNumber);
        }

        return data;
    }
}
