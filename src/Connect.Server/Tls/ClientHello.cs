using System.Buffers;
using System.Buffers.Binary;

namespace Connect.Server.Tls;

/// <summary>
/// Reads of a client's first message (RFC 8446, 4.1.2) whether it offers TLS 1.3: the runtime does not tell. Pure.
/// </summary>
internal static class ClientHello
{
    private const int RecordHeaderBytes = 5;
    private const byte HandshakeRecord = 22;
    private const byte Hello = 1;
    private const int SupportedVersions = 43;
    private const int Tls13 = 0x0304;

    /// <summary>Type and length of the message, the old version, and the random bytes.</summary>
    private const int BeforeSessionId = 1 + 3 + 2 + 32;

    /// <summary>The longest record there is: what is longer is none.</summary>
    private const int MaxRecordBytes = 16 * 1024;

    /// <summary>Reads what has arrived.</summary>
    public static ClientOffer Read(ReadOnlySequence<byte> bytes)
    {
        Span<byte> header = stackalloc byte[RecordHeaderBytes];
        var known = (int)Math.Min(bytes.Length, RecordHeaderBytes);
        bytes.Slice(0, known).CopyTo(header);
        if (known > 0 && header[0] != HandshakeRecord)
        {
            return ClientOffer.Unknown;
        }

        if (known < RecordHeaderBytes)
        {
            return ClientOffer.Incomplete;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        if (length > MaxRecordBytes)
        {
            return ClientOffer.Unknown;
        }

        return bytes.Length < RecordHeaderBytes + length
            ? ClientOffer.Incomplete
            : ReadHello(bytes.Slice(RecordHeaderBytes, length));
    }

    private static ClientOffer ReadHello(ReadOnlySequence<byte> record)
    {
        var reader = new SequenceReader<byte>(record);
        if (
            !reader.IsNext(Hello)
            || !TrySkip(ref reader, BeforeSessionId)
            || !TrySkipVector(ref reader, lengthBytes: 1)
            || !TrySkipVector(ref reader, lengthBytes: 2)
            || !TrySkipVector(ref reader, lengthBytes: 1)
            || !TryReadLength(ref reader, 2, out _)
        )
        {
            return ClientOffer.Unknown;
        }

        while (TryReadLength(ref reader, 2, out var type) && TryReadLength(ref reader, 2, out var length))
        {
            if (type == SupportedVersions)
            {
                return OffersNew(ref reader) ? ClientOffer.Tls13 : ClientOffer.Older;
            }

            if (!TrySkip(ref reader, length))
            {
                return ClientOffer.Unknown;
            }
        }

        return ClientOffer.Older;
    }

    private static bool OffersNew(ref SequenceReader<byte> reader)
    {
        if (!TryReadLength(ref reader, 1, out var bytes))
        {
            return false;
        }

        for (; bytes >= 2 && TryReadLength(ref reader, 2, out var version); bytes -= 2)
        {
            if (version == Tls13)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TrySkipVector(ref SequenceReader<byte> reader, int lengthBytes) =>
        TryReadLength(ref reader, lengthBytes, out var length) && TrySkip(ref reader, length);

    private static bool TrySkip(ref SequenceReader<byte> reader, int bytes)
    {
        var fits = reader.Remaining >= bytes;
        if (fits)
        {
            reader.Advance(bytes);
        }

        return fits;
    }

    private static bool TryReadLength(ref SequenceReader<byte> reader, int bytes, out int length)
    {
        length = 0;
        for (; bytes > 0; bytes--)
        {
            if (!reader.TryRead(out var next))
            {
                return false;
            }

            length = (length << 8) | next;
        }

        return true;
    }
}

/// <summary>What a client's first message says.</summary>
internal enum ClientOffer
{
    /// <summary>Not all of it is here.</summary>
    Incomplete,

    /// <summary>It offers TLS 1.3.</summary>
    Tls13,

    /// <summary>It offers older versions alone.</summary>
    Older,

    /// <summary>It cannot be read: TLS will say what is wrong with it, if anything is.</summary>
    Unknown,
}
