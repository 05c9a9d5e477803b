using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Connect.Client.Stores;

/// <summary>
/// The form of a journal: a header, then records of length, checksum (CRC-32C of length and body) and body. A reader
/// stops at the first record that is not whole: behind it nothing was ever confirmed.
/// </summary>
internal static class JournalFormat
{
    /// <summary>The first bytes of a journal; the last is the version.</summary>
    public static ReadOnlySpan<byte> Header => "connect\u0001"u8;

    /// <summary>The most a record may have; a length above it is torn.</summary>
    public const int MaxRecordBytes = 64 * 1024 * 1024;

    private const int PrefixBytes = 8;

    /// <summary>The bytes of a record.</summary>
    public static byte[] Encode(StoreBatch batch)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(batch, StoreJson.Default.StoreBatch);
        return body.Length <= MaxRecordBytes
            ? Frame(body)
            : throw new InvalidOperationException("A batch is too large for the store.");
    }

    /// <summary>Puts length and checksum before a body.</summary>
    internal static byte[] Frame(ReadOnlySpan<byte> body)
    {
        var record = new byte[PrefixBytes + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Checksum(body));
        body.CopyTo(record.AsSpan(PrefixBytes));
        return record;
    }

    /// <summary>Reads all complete records and returns the length they fill, including the header.</summary>
    /// <exception cref="InvalidDataException">It is not a journal, or one of a later version.</exception>
    public static long ReadAll(ReadOnlySpan<byte> journal, Action<StoreBatch> take)
    {
        if (journal.Length < Header.Length)
        {
            // Torn while it was made: nothing was ever in it.
            return 0;
        }

        if (!journal.StartsWith(Header))
        {
            throw new InvalidDataException("This is not a store of this version.");
        }

        var at = Header.Length;
        while (TryRead(journal[at..], out var batch, out var length))
        {
            take(batch);
            at += length;
        }

        return at;
    }

    private static bool TryRead(ReadOnlySpan<byte> rest, out StoreBatch batch, out int length)
    {
        batch = null!;
        length = 0;
        if (rest.Length < PrefixBytes)
        {
            return false;
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (size is < 0 or > MaxRecordBytes || rest.Length - PrefixBytes < size)
        {
            return false;
        }

        var body = rest.Slice(PrefixBytes, size);
        if (Checksum(body) != BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]))
        {
            return false;
        }

        batch =
            JsonSerializer.Deserialize(body, StoreJson.Default.StoreBatch)
            ?? throw new InvalidDataException("A record of the store is empty.");
        length = PrefixBytes + size;
        return true;
    }

    /// <summary>Over length and body, so that a run of zero bytes is no record.</summary>
    private static uint Checksum(ReadOnlySpan<byte> body)
    {
        var checksum = BitOperations.Crc32C(0xFFFF_FFFF, (uint)body.Length);
        while (body.Length >= sizeof(ulong))
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(body));
            body = body[sizeof(ulong)..];
        }

        foreach (var each in body)
        {
            checksum = BitOperations.Crc32C(checksum, each);
        }

        return ~checksum;
    }
}

/// <summary>The form of a batch in the journal. Additive only: a newer version reads what an older one wrote.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault
)]
[JsonSerializable(typeof(StoreBatch))]
internal sealed partial class StoreJson : JsonSerializerContext;
