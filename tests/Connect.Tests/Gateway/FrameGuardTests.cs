using System.Buffers.Binary;
using Connect.Gateway.Connections;
using CsCheck;
using Xunit;

namespace Connect.Tests.Gateway;

public sealed class FrameGuardTests
{
    private const int Limit = 65_536;

    private static FrameGuard NewGuard() => new(Limit, 32);

    [Fact]
    public void An_announcement_of_2_to_the_40_bytes_is_refused_at_its_header()
    {
        var header = Header(final: true, opcode: 2, 1L << 40);
        Assert.Equal(FrameViolation.None, NewGuard().Check(header.AsSpan(0, 9)));
        Assert.Equal(FrameViolation.TooManyBytes, NewGuard().Check(header.AsSpan(0, 10)));
    }

    [Fact]
    public void A_message_of_the_limit_passes_and_one_byte_more_does_not()
    {
        Assert.Equal(FrameViolation.None, NewGuard().Check(Frame(true, 2, Limit)));
        Assert.Equal(FrameViolation.TooManyBytes, NewGuard().Check(Frame(true, 2, Limit + 1)));
        byte[] two = [.. Frame(false, 2, Limit / 2), .. Frame(true, 0, Limit / 2)];
        Assert.Equal(FrameViolation.None, NewGuard().Check(two));
    }

    [Fact]
    public void A_message_of_64_MiB_in_fragments_ends_after_64_KiB()
    {
        var guard = NewGuard();
        var passed = 0;
        while (guard.Check(Frame(false, passed == 0 ? 1 : 0, 30_000)) == FrameViolation.None)
        {
            passed++;
        }

        Assert.Equal(2, passed);
    }

    [Fact]
    public void A_message_may_have_32_fragments_and_control_frames_between_them_do_not_count()
    {
        var guard = NewGuard();
        for (var i = 0; i < 31; i++)
        {
            Assert.Equal(FrameViolation.None, guard.Check(Frame(false, i == 0 ? 1 : 0, 0)));
            Assert.Equal(FrameViolation.None, guard.Check(Frame(true, 9, 5)));
        }

        Assert.True(guard.IsMessageOpen);
        Assert.Equal(FrameViolation.None, guard.Check(Frame(true, 0, 0)));
        Assert.False(guard.IsMessageOpen);

        guard = NewGuard();
        for (var i = 0; i < 32; i++)
        {
            Assert.Equal(FrameViolation.None, guard.Check(Frame(false, i == 0 ? 1 : 0, 0)));
        }

        Assert.Equal(FrameViolation.TooManyFragments, guard.Check(Frame(false, 0, 0)));
    }

    [Fact]
    public void A_message_is_open_from_its_first_byte_to_its_last()
    {
        var guard = NewGuard();
        var frame = Frame(true, 1, 200);
        Assert.False(guard.IsMessageOpen);
        for (var i = 0; i < frame.Length; i++)
        {
            Assert.Equal(FrameViolation.None, guard.Check(frame.AsSpan(i, 1)));
            Assert.Equal(i < frame.Length - 1, guard.IsMessageOpen);
        }
    }

    [Fact]
    public void Wherever_the_bytes_are_cut_the_verdict_is_the_same()
    {
        var frames = Gen.Select(
            Gen.Bool,
            Gen.Int[0, 3].Select(i => new[] { 0, 1, 2, 9 }[i]),
            Gen.Int[0, 5].Select(i => new[] { 0, 3, 125, 126, 500, 40_000 }[i])
        );
        Gen.Select(frames.Array[1, 40], Gen.Int[1, 3000].Array[1, 20])
            .Sample(
                (sent, cuts) =>
                {
                    var bytes = sent.SelectMany(each => Frame(each.Item1, each.Item2, each.Item3)).ToArray();
                    var guard = NewGuard();
                    var verdict = FrameViolation.None;
                    var at = 0;
                    for (var i = 0; at < bytes.Length && verdict == FrameViolation.None; i++)
                    {
                        var length = Math.Min(cuts[i % cuts.Length], bytes.Length - at);
                        verdict = guard.Check(bytes.AsSpan(at, length));
                        at += length;
                    }

                    Assert.Equal(NewGuard().Check(bytes), verdict);
                },
                iter: 500
            );
    }

    /// <summary>A masked client frame with a payload of zeros.</summary>
    internal static byte[] Frame(bool final, int opcode, int length) =>
        [.. Header(final, opcode, length), 1, 2, 3, 4, .. new byte[length]];

    internal static byte[] Header(bool final, int opcode, long length)
    {
        var first = (byte)((final ? 0x80 : 0) | opcode);
        if (length < 126)
        {
            return [first, (byte)(0x80 | length)];
        }

        var header = new byte[length <= ushort.MaxValue ? 4 : 10];
        header[0] = first;
        header[1] = (byte)(0x80 | (length <= ushort.MaxValue ? 126 : 127));
        if (length <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)length);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), length);
        }

        return header;
    }
}
