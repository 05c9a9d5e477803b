using System.Buffers;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using CsCheck;
using Xunit;

namespace Connect.Tests.Protocol;

/// <summary>No input makes a reader throw or spend memory out of proportion to its bytes.</summary>
public sealed class FrameFuzzTests
{
    /// <summary>
    /// Objects, their lists and the exception of a refusal; a small frame of empty items costs about 40 times its
    /// bytes, a refusal about 10 KB.
    /// </summary>
    private const int AllowedBase = 65_536;
    private const int AllowedPerByte = 64;

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public void Random_bytes_are_read_or_refused(FrameEncoding encoding) =>
        Gen.Byte.Array[0, 300].Sample(bytes => AssertReads(encoding, bytes), iter: 20_000);

    [Fact]
    public void Random_json_like_text_is_read_or_refused()
    {
        string[] pieces =
        [
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "\\",
            "\\ud800",
            "\\u0000",
            "null",
            "true",
            "1",
            "-1",
            "1e9",
            "\n",
            "9007199254740992",
            "\"id\"",
            "\"send\"",
            "\"text\"",
            "\"mark\"",
            "\"marks\"",
            "\"sync\"",
            "\"mode\"",
            "\"all\"",
            "\"hello\"",
            "\"resume\"",
            "\"heads\"",
            "\"watch\"",
            "\"add\"",
            "\"pong\"",
            "é",
            " ",
            "\"entries\"",
            "\"conversations\"",
            "\"items\"",
            "\"last\"",
            "\"change\"",
            "\"kind\"",
            "{}",
            "[]",
        ];
        Gen.Int[0, pieces.Length - 1]
            .Array[0, 40]
            .Select(picks => System.Text.Encoding.UTF8.GetBytes(string.Concat(picks.Select(pick => pieces[pick]))))
            .Sample(bytes => AssertReads(FrameEncoding.Json, bytes), iter: 30_000);
    }

    [Theory]
    [InlineData(FrameEncoding.Protobuf)]
    [InlineData(FrameEncoding.Json)]
    public void A_good_frame_with_some_bytes_changed_is_read_or_refused(FrameEncoding encoding)
    {
        var codec = FrameCodec.For(encoding);
        var frames = FrameGenerator.Bodies(ClientFrame.Descriptor).Select(FrameGenerator.Frame<ClientFrame>).ToArray();
        var change = Gen.Select(Gen.Int[0, 10_000], Gen.Byte);
        Gen.Select(Gen.OneOf(frames), change.Array[0, 4], Gen.Int[0, 3])
            .Sample(
                (frame, changes, cut) =>
                {
                    var bytes = codec.Writer.Encode(frame).ToArray();
                    foreach (var (place, value) in changes)
                    {
                        bytes[place % bytes.Length] = value;
                    }

                    AssertReads(encoding, bytes[..^Math.Min(cut, bytes.Length)]);
                },
                iter: 20_000
            );
    }

    [Fact]
    public void A_changed_protobuf_frame_that_is_read_can_be_said_in_json()
    {
        var frames = FrameGenerator.Bodies(ServerFrame.Descriptor).Select(FrameGenerator.Frame<ServerFrame>).ToArray();
        var change = Gen.Select(Gen.Int[0, 10_000], Gen.Byte);
        Gen.Select(Gen.OneOf(frames), change.Array[1, 3])
            .Sample(
                (frame, changes) =>
                {
                    var bytes = FrameCodec.Protobuf.Writer.Encode(frame).ToArray();
                    foreach (var (place, value) in changes)
                    {
                        bytes[place % bytes.Length] = value;
                    }

                    var read = new List<ServerFrame>();
                    FrameCodec.Protobuf.Reader.ReadServerFrames(new(bytes), FrameLimits.FromServer, read);
                    var output = new ArrayBufferWriter<byte>();
                    read.ForEach(each => FrameCodec.Json.Writer.Write(each, output));
                    var again = new List<ServerFrame>();
                    var message = new ReadOnlySequence<byte>(output.WrittenMemory);
                    var error = FrameCodec.Json.Reader.ReadServerFrames(message, FrameLimits.FromServer, again);
                    Assert.Equal(default, error);
                    Assert.Equal(read, again);
                },
                iter: 10_000
            );
    }

    private static void AssertReads(FrameEncoding encoding, byte[] bytes)
    {
        var reader = FrameCodec.For(encoding).Reader;
        var before = GC.GetAllocatedBytesForCurrentThread();
        reader.ReadClientFrames(new(bytes), FrameLimits.FromClient, new List<ClientFrame>());
        reader.ReadServerFrames(new(bytes), FrameLimits.FromServer, new List<ServerFrame>());
        var spent = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(spent < AllowedBase + (AllowedPerByte * bytes.Length), $"{spent} bytes for {bytes.Length}");
    }
}
