using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Connect.Doors.Proxy;
using CsCheck;
using Xunit;

namespace Connect.Tests.Gateway.Doors;

/// <summary>The reader of the PROXY protocol, version 2, by itself.</summary>
public sealed class ProxyHeaderTests
{
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;

    private static readonly Gen<IPEndPoint> Client = Gen.Select(
        Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]),
        Gen.Int[0, 65_535],
        (bytes, port) => new IPEndPoint(new IPAddress(bytes), port)
    );

    [Fact]
    public void The_client_is_read_whatever_the_pieces_and_what_follows_is_left() =>
        Gen.Select(Client, Gen.Byte.Array[0, 1000], Gen.Byte.Array[0, 100], Gen.Int[1, 50])
            .Sample(
                (client, extras, rest, piece) =>
                {
                    var header = Make(Proxy, client, extras);
                    for (var length = 0; length < header.Length; length++)
                    {
                        var status = ProxyHeader.Read(Pieces(header[..length], piece), out _, out _);
                        Assert.Equal(ProxyHeaderStatus.Incomplete, status);
                    }

                    var bytes = Pieces([.. header, .. rest], piece);
                    Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeader.Read(bytes, out var end, out var read));
                    Assert.Equal(client, read);
                    Assert.Equal(rest, bytes.Slice(end).ToArray());
                },
                iter: 200
            );

    [Fact]
    public void A_balancer_that_speaks_for_itself_or_knows_no_address_names_no_client()
    {
        var client = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1);
        var unknown = Make(Proxy, client, []);
        unknown[13] = 0;
        foreach (var header in new[] { Make(Local, client, [1, 2, 3]), unknown })
        {
            var bytes = new ReadOnlySequence<byte>(header);
            Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeader.Read(bytes, out var end, out var read));
            Assert.Null(read);
            Assert.Equal(0, bytes.Slice(end).Length);
        }
    }

    [Theory]
    [InlineData(0, 0x0E, "another signature")]
    [InlineData(11, 0x0B, "another signature")]
    [InlineData(12, 0x11, "version 1")]
    [InlineData(12, 0x31, "version 3")]
    [InlineData(12, 0x22, "an unknown command")]
    [InlineData(13, 0x12, "UDP")]
    [InlineData(13, 0x51, "an unknown family")]
    [InlineData(13, 0x21, "too short for IPv6")]
    [InlineData(14, 0x7F, "longer than allowed")]
    public void What_is_no_header_is_refused_before_more_is_waited_for(int at, byte value, string what)
    {
        var header = Make(Proxy, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), []);
        header[at] = value;
        var status = ProxyHeader.Read(new(header[..Math.Max(16, at + 1)]), out _, out _);
        Assert.True(status == ProxyHeaderStatus.Malformed, what);
    }

    [Fact]
    public void A_TLS_hello_and_a_request_are_refused_by_their_first_bytes()
    {
        foreach (var bytes in new[] { "PRI "u8.ToArray(), [0x16, 3, 1], "GET /"u8.ToArray() })
        {
            Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeader.Read(new(bytes), out _, out _));
        }
    }

    [Fact]
    public void No_bytes_make_it_throw_or_read_past_their_end() =>
        Gen.Select(Gen.Int[0, 16], Gen.Byte.Array[0, 300])
            .Sample(
                (kept, random) =>
                {
                    var header = Make(Proxy, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), [])[..kept];
                    var bytes = new ReadOnlySequence<byte>([.. header, .. random]);
                    if (ProxyHeader.Read(bytes, out var end, out _) == ProxyHeaderStatus.Complete)
                    {
                        Assert.InRange(bytes.Length - bytes.Slice(end).Length, 16, 16 + ProxyHeader.MaxBytes);
                    }
                },
                iter: 20_000
            );

    private static byte[] Make(byte command, IPEndPoint client, byte[] extras)
    {
        var address = client.Address.GetAddressBytes();
        var length = (2 * address.Length) + 4 + extras.Length;
        var header = new byte[16 + length];
        "\r\n\r\n\0\r\nQUIT\n"u8.CopyTo(header);
        header[12] = command;
        header[13] = (byte)(address.Length == 4 ? 0x11 : 0x21);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)length);
        address.CopyTo(header.AsSpan(16));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(16 + (2 * address.Length)), (ushort)client.Port);
        extras.CopyTo(header.AsSpan(20 + (2 * address.Length)));
        return header;
    }

    private static ReadOnlySequence<byte> Pieces(byte[] bytes, int size)
    {
        if (bytes.Length <= size)
        {
            return new(bytes);
        }

        var first = new Piece(bytes.AsMemory(0, size), 0);
        var last = first;
        for (var at = size; at < bytes.Length; at += size)
        {
            last = last.Append(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        }

        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long at) => (Memory, RunningIndex) = (memory, at);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
