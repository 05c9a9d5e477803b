using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Protocol;

public sealed class HostileFrameTests
{
    public static TheoryData<string, string> BadLines =>
        new()
        {
            { "not an object", "[]" },
            { "null", "null" },
            { "a number", "1" },
            { "cut off", """{"id":1,"send":{"text":"a""" },
            { "two values on a line", "{}{}" },
            { "a comment", "{/**/}" },
            { "a trailing comma", """{"id":1,}""" },
            { "a byte order mark", "\uFEFF{}" },
            { "null for a text", """{"send":{"text":null}}""" },
            { "null for a body", """{"send":null}""" },
            { "null for a message", """{"hello":{"wants":null}}""" },
            { "null for a list", """{"mark":{"marks":null}}""" },
            { "null in a list of texts", """{"watch":{"add":[null]}}""" },
            { "null in a list of messages", """{"mark":{"marks":[null]}}""" },
            { "null for a number", """{"id":null}""" },
            { "a number for a text", """{"send":{"text":1}}""" },
            { "a text for a number", """{"id":"1"}""" },
            { "a list for a body", """{"send":[]}""" },
            { "an object for a list", """{"mark":{"marks":{}}}""" },
            { "a list for an enum", """{"sync":{"mode":[]}}""" },
            { "null for an enum", """{"sync":{"mode":null}}""" },
            { "a text for a boolean", """{"typing":{"on":"true"}}""" },
            { "a negative number", """{"id":-1}""" },
            { "a fraction", """{"id":1.5}""" },
            { "2^53", """{"id":9007199254740992}""" },
            { "2^53 deep inside", """{"mark":{"marks":[{"read":9007199254740992}]}}""" },
            { "2^64", """{"id":18446744073709551616}""" },
            { "2^32 in 32 bits", """{"history":{"limit":4294967296}}""" },
            { "the id twice", """{"id":1,"id":1}""" },
            { "a body twice", """{"pong":{},"pong":{}}""" },
            { "two bodies", """{"pong":{},"bye":{}}""" },
            { "a field of a body twice", """{"send":{"text":"a","text":"b"}}""" },
            { "a lone high surrogate", """{"send":{"text":"\ud800"}}""" },
            { "a lone low surrogate", """{"send":{"text":"a\udc00b"}}""" },
            { "swapped surrogates", """{"send":{"text":"\udc00\ud800"}}""" },
            { "a lone surrogate in a list", """{"watch":{"add":["\ud800"]}}""" },
            { "a raw control character", "{\"send\":{\"text\":\"a\u0000b\"}}" },
            { "too deep", """{"x":""" + new string('[', 100) + new string(']', 100) + "}" },
            { "deep and cut off", new string('[', 60_000) },
            { "deep objects", string.Concat(Enumerable.Repeat("""{"a":""", 10_000)) },
        };

    public static TheoryData<string, string> BadBytes =>
        new()
        {
            { "a length without end", "FFFFFFFFFFFFFFFFFFFF" },
            { "a length of eleven bytes", "8080808080808080808001" },
            { "a length that is cut off", "80" },
            { "more length than bytes", "0408" },
            { "a tag that is cut off", "0180" },
            { "field number 0", "020001" },
            { "a tag above 32 bits", "06" + "888080801001" },
            { "a varint of eleven bytes", "0C" + "08" + "8080808080808080808001" },
            { "a varint above 64 bits", "0B" + "08" + "FFFFFFFFFFFFFFFFFF02" },
            { "a group", "021B1C" },
            { "an end of no group", "011C" },
            { "wire type 6", "0106" },
            { "an inner length beyond the frame", "02227F" },
            { "an inner length of 2^40", "07" + "22" + "808080808020" },
            { "a fixed field that is cut off", "03A10600" },
            { "the id as text", "020A00" },
            { "a body as number", "022001" },
            { "2^53", "09" + "08" + "8080808080808010" },
            { "2^32 in 32 bits", "08" + "5A06" + "288080808010" },
            { "the id twice", "0408010801" },
            { "a body twice", "046A006A00" },
            { "two bodies", "046A007200" },
            { "a field of a body twice", "08" + "2206" + "220161220162" },
            { "text that is not UTF-8", "05" + "2203" + "2201FF" },
            { "a lone surrogate", "07" + "2205" + "2203EDA080" },
            { "an overlong slash", "06" + "2204" + "2202C0AF" },
        };

    [Theory]
    [MemberData(nameof(BadLines))]
    public void Bad_json_is_refused_as_bad_frame(string what, string line)
    {
        AssertRefused(FrameCodec.Json, System.Text.Encoding.UTF8.GetBytes(line), ErrorCode.BadFrame, what);
    }

    [Theory]
    [InlineData("C328")]
    [InlineData("FF")]
    [InlineData("EDA080")]
    [InlineData("C0AF")]
    [InlineData("F4908080")]
    public void Json_text_that_is_not_utf8_is_refused(string hex)
    {
        byte[] line = [.. """{"send":{"text":"a"""u8, .. Convert.FromHexString(hex), .. "\"}}"u8];
        AssertRefused(FrameCodec.Json, line, ErrorCode.BadFrame, hex);
    }

    [Theory]
    [MemberData(nameof(BadBytes))]
    public void Bad_bytes_are_refused_as_bad_frame(string what, string hex)
    {
        AssertRefused(FrameCodec.Protobuf, Convert.FromHexString(hex), ErrorCode.BadFrame, what);
    }

    [Fact]
    public void A_length_above_the_limit_is_too_large_before_a_byte_is_read()
    {
        AssertRefused(FrameCodec.Protobuf, Convert.FromHexString("8080808010"), ErrorCode.TooLarge, "2^32");
        AssertRefused(FrameCodec.Protobuf, Convert.FromHexString("81800400"), ErrorCode.TooLarge, "64 KiB and one");
    }

    [Theory]
    [InlineData("""{"id":5,"dance":{"with":[[[1]],{"x":null}]}}""")]
    [InlineData("""{"dance":1,"id":5,"dance":2}""")]
    [InlineData("""{"id":5,"body_case":"send","bodyCase":4,"Send":{}}""")]
    public void An_unknown_json_request_keeps_its_id_and_has_no_body(string line)
    {
        var frame = Read(FrameCodec.Json, System.Text.Encoding.UTF8.GetBytes(line));
        Assert.Equal(new ClientFrame { Id = 5 }, frame);
    }

    [Theory]
    [InlineData("05" + "0805" + "820100")]
    [InlineData("06" + "A20601FF" + "0805")]
    public void An_unknown_protobuf_request_keeps_its_id_and_has_no_body(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(bytes[0], bytes.Length - 1);
        Assert.Equal(new ClientFrame { Id = 5 }, Read(FrameCodec.Protobuf, bytes));
    }

    [Fact]
    public void Unknown_fields_inside_a_body_are_ignored()
    {
        var expected = new ClientFrame { Send = new Send { Text = "a" } };
        Assert.Equal(expected, Read(FrameCodec.Json, """{"send":{"text":"a","mood":{"a":["b"]}}}"""u8.ToArray()));
        Assert.Equal(expected, Read(FrameCodec.Protobuf, Convert.FromHexString("09" + "2207" + "220161" + "FA010100")));
    }

    [Fact]
    public void An_unknown_enum_value_is_unspecified()
    {
        var expected = new ClientFrame { Sync = new Sync() };
        Assert.Equal(expected, Read(FrameCodec.Json, """{"sync":{"mode":"sideways"}}"""u8.ToArray()));
        Assert.Equal(expected, Read(FrameCodec.Json, """{"sync":{"mode":77}}"""u8.ToArray()));
        Assert.Equal(expected, Read(FrameCodec.Protobuf, Convert.FromHexString("04" + "4A02" + "084D")));
        Assert.Equal(
            expected,
            Read(FrameCodec.Protobuf, Convert.FromHexString("0D" + "4A0B" + "08FFFFFFFFFFFFFFFFFF01"))
        );
    }

    [Fact]
    public void An_unknown_enum_value_deep_inside_is_unspecified_too()
    {
        var page = new ServerFrame
        {
            Conversations = new ConversationsPage
            {
                Items =
                {
                    new ConversationSummary
                    {
                        Kind = (ConversationKind)9,
                        Last = new Entry { Kind = (EntryKind)99 },
                    },
                },
            },
        };
        var message = new System.Buffers.ReadOnlySequence<byte>(FrameCodec.Protobuf.Writer.Encode(page));
        Assert.True(
            FrameCodec.Protobuf.Reader.TryReadServerFrame(ref message, FrameLimits.FromServer, out var read, out _)
        );
        var item = Assert.Single(read.Conversations.Items);
        Assert.Equal((ConversationKind.Unspecified, EntryKind.Unspecified), (item.Kind, item.Last.Kind));
    }

    [Fact]
    public void An_escaped_nul_is_text_like_any_other()
    {
        var frame = Read(FrameCodec.Json, """{"send":{"text":"a\u0000b"}}"""u8.ToArray());
        Assert.Equal("a\0b", frame.Send.Text);
    }

    [Fact]
    public void Empty_lines_and_carriage_returns_between_json_frames_are_passed_over()
    {
        var frames = new List<ClientFrame>();
        var message = "\n\r\n  \n{\"pong\":{}}\r\n\n{\"bye\":{}}\n \t"u8.ToArray();
        Assert.Equal(default, FrameCodec.Json.Reader.ReadClientFrames(new(message), FrameLimits.FromClient, frames));
        Assert.Equal([ClientFrame.BodyOneofCase.Pong, ClientFrame.BodyOneofCase.Bye], frames.Select(f => f.BodyCase));
    }

    [Fact]
    public void Frames_before_a_broken_one_are_kept()
    {
        var frames = new List<ClientFrame>();
        var error = FrameCodec.Json.Reader.ReadClientFrames(
            new("{\"pong\":{}}\n{\"bye\":\n{\"bye\":{}}"u8.ToArray()),
            FrameLimits.FromClient,
            frames
        );
        Assert.Equal(ErrorCode.BadFrame, error.Code);
        Assert.Single(frames);
    }

    private static ClientFrame Read(FrameCodec codec, byte[] bytes)
    {
        var message = new System.Buffers.ReadOnlySequence<byte>(bytes);
        Assert.True(codec.Reader.TryReadClientFrame(ref message, FrameLimits.FromClient, out var frame, out var error));
        Assert.Equal(default, error);
        Assert.True(message.IsEmpty);
        return frame;
    }

    private static void AssertRefused(FrameCodec codec, byte[] bytes, ErrorCode code, string what)
    {
        foreach (var size in new[] { 3, bytes.Length })
        {
            var message = Segments.Of(bytes, size);
            var read = codec.Reader.TryReadClientFrame(ref message, FrameLimits.FromClient, out _, out var error);
            Assert.False(read, what);
            Assert.Equal(code, error.Code);
            Assert.False(string.IsNullOrEmpty(error.Reason));
        }
    }
}
