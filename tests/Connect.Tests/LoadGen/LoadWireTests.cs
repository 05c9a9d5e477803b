using System.Buffers;
using System.Text;
using Connect.LoadGen.Measuring;
using Connect.LoadGen.Wire;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using CsCheck;
using Xunit;

namespace Connect.Tests.LoadGen;

/// <summary>The hand-written encoding of the load client is that of the contract.</summary>
public sealed class LoadWireTests
{
    private static readonly Gen<(uint Id, MessageStamp Stamp, bool After, bool IsUser, int Length)> Sends = Gen.Select(
        Gen.UInt[1, int.MaxValue],
        Gen.Select(Gen.Int[0, 1000], Gen.Int[0, int.MaxValue - 1], Gen.Long[0, long.MaxValue])
            .Select((sender, number, due) => new MessageStamp(sender, number, due)),
        Gen.Bool,
        Gen.Bool,
        Gen.Int[0, 8000]
    );

    [Fact]
    public void Sends_are_what_the_server_reads() =>
        Sends
            .Array[1, 6]
            .Sample(sends =>
            {
                foreach (var (id, stamp, after, isUser, length) in sends)
                {
                    var buffer = new FrameBuffer("AAECAwQFBgcICQoLDA0ODw", isUser, length);
                    var (cid, before) = (Guid.NewGuid(), after ? Guid.NewGuid() : Guid.Empty);
                    buffer.Add(new ClientFrame { Pong = new() });
                    buffer.AddSend(id, cid, before, stamp);
                    var frames = new List<ClientFrame>();
                    var message = new ReadOnlySequence<byte>(buffer.Bytes, LoadSocket.HeadRoom, buffer.Length);
                    var error = FrameCodec.Protobuf.Reader.ReadClientFrames(message, FrameLimits.FromClient, frames);
                    Assert.False(error.IsError, error.Reason);
                    Assert.Equal(ClientFrame.BodyOneofCase.Pong, frames[0].BodyCase);
                    var send = frames[1].Send;
                    Assert.Equal((ulong)id, frames[1].Id);
                    Assert.Equal(cid.ToString(), send.Cid);
                    Assert.Equal(after ? before.ToString() : "", send.After);
                    Assert.Equal("AAECAwQFBgcICQoLDA0ODw", isUser ? send.To : send.Conversation);
                    Assert.Equal(Math.Max(length, MessageStamp.Length), send.Text.Length);
                    Assert.True(MessageStamp.TryRead(Encoding.ASCII.GetBytes(send.Text), out var read));
                    Assert.Equal(stamp, read);
                }
            });

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("0000000g00000000000000000000000000000000")]
    public void A_text_that_is_not_ours_has_no_stamp(string text) =>
        Assert.False(MessageStamp.TryRead(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Fields_are_walked_over_as_they_were_written()
    {
        var frame = new ServerFrame
        {
            Id = 300,
            Sent = new()
            {
                Cid = "c",
                Seq = 1UL << 40,
                Time = 7,
                Duplicate = true,
            },
        };
        var frames = new WireReader(FrameCodec.Protobuf.Writer.Encode(frame).Span);
        Assert.True(frames.ReadDelimited());
        var fields = new WireReader(frames.Bytes);
        Assert.True(fields.Read());
        Assert.Equal((1, 300UL), (fields.Field, fields.Number));
        Assert.True(fields.Read());
        Assert.Equal(ServerFrame.SentFieldNumber, fields.Field);
        var sent = new WireReader(fields.Bytes);
        var seen = new List<(int, ulong)>();
        while (sent.Read())
        {
            seen.Add((sent.Field, sent.Number));
        }

        Assert.Equal([(1, 0UL), (3, 1UL << 40), (4, 7UL), (5, 1UL)], seen);
        Assert.False(frames.ReadDelimited());
    }

    [Fact]
    public void Processor_time_is_read_whatever_the_name_of_the_process()
    {
        var stat = "12 (a) b (c)) S 1 12 12 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 1 2 3";
        Assert.Equal(TimeSpan.FromSeconds(3), ProcessorClock.Parse(stat));
        Assert.True(ProcessorClock.Own.Read() > TimeSpan.Zero);
        Assert.Equal(2048L * 1024, ProcessMemory.Parse("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"));
    }
}
