using System.Buffers;
using System.Buffers.Binary;
using System.Net;

namespace Connect.Doors.Proxy;

/// <summary>
/// Parses the header of the PROXY protocol (haproxy.org, proxy-protocol.txt): version 2, its section 2.2; version 1 is
/// <see cref="ProxyTextHeader"/>'s. Pure: bytes in, the client's address out.
/// </summary>
internal static class ProxyHeader
{
    /// <summary>Maximum bytes of addresses and TLVs; the latter are skipped.</summary>
    public const int MaxBytes = 2048;

    private const int FixedBytes = 16;
    private const int VersionAt = 12;
    private const int FamilyAt = 13;
    private const int LengthAt = 14;
    private const byte LocalCommand = 0x20;
    private const byte ProxyCommand = 0x21;
    private const byte Unspecified = 0x00;
    private const byte Tcp4 = 0x11;
    private const byte Tcp6 = 0x21;
    private const byte UnixStream = 0x31;
    private const int Tcp4Bytes = 12;
    private const int Tcp6Bytes = 36;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Parses the bytes received so far.</summary>
    /// <param name="bytes">All bytes of the connection.</param>
    /// <param name="end">Where the header ends.</param>
    /// <param name="client">Null when the balancer names no client: the connection's own address counts.</param>
    public static ProxyHeaderStatus Read(ReadOnlySequence<byte> bytes, out SequencePosition end, out IPEndPoint? client)
    {
        if (ProxyTextHeader.IsBegunBy(bytes))
        {
            return ProxyTextHeader.Read(bytes, out end, out client);
        }

        (end, client) = (bytes.Start, null);
        Span<byte> head = stackalloc byte[FixedBytes];
        var known = (int)Math.Min(bytes.Length, FixedBytes);
        head = head[..known];
        bytes.Slice(0, known).CopyTo(head);
        var signature = Math.Min(known, Signature.Length);
        if (!head[..signature].SequenceEqual(Signature[..signature]))
        {
            return ProxyHeaderStatus.Malformed;
        }

        if (known < FixedBytes)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        var (command, family) = (head[VersionAt], head[FamilyAt]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(head[LengthAt..]);
        if (
            command is not (LocalCommand or ProxyCommand)
            || length > MaxBytes
            || !IsLongEnough(command, family, length)
        )
        {
            return ProxyHeaderStatus.Malformed;
        }

        if (bytes.Length < FixedBytes + length)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        end = bytes.GetPosition(FixedBytes + length);
        if (command == ProxyCommand && family is (Tcp4 or Tcp6))
        {
            client = ReadClient(bytes.Slice(FixedBytes), family == Tcp4 ? Tcp4Bytes : Tcp6Bytes);
        }

        return ProxyHeaderStatus.Complete;
    }

    private static bool IsLongEnough(byte command, byte family, int length) =>
        command == LocalCommand
        || family switch
        {
            Tcp4 => length >= Tcp4Bytes,
            Tcp6 => length >= Tcp6Bytes,
            // Legal, but without an address to count.
            Unspecified or UnixStream => true,
            _ => false,
        };

    /// <summary>Source address, destination address, source port, destination port.</summary>
    private static IPEndPoint ReadClient(ReadOnlySequence<byte> block, int size)
    {
        Span<byte> addresses = stackalloc byte[Tcp6Bytes];
        addresses = addresses[..size];
        block.Slice(0, size).CopyTo(addresses);
        var addressBytes = (size - (2 * sizeof(ushort))) / 2;
        var port = BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * addressBytes)..]);
        return new(new IPAddress(addresses[..addressBytes]), port);
    }
}

/// <summary>The state of a header being received.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>Valid so far.</summary>
    Incomplete,

    Complete,

    /// <summary>Not a header, or not a permitted one.</summary>
    Malformed,
}
