using System.Buffers.Binary;
using System.Text;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.Rows;

/// <summary>
/// Writes the fields of a row in sequence: big-endian numbers, ids unchanged, texts with a length.
/// </summary>
internal ref struct RowWriter(Span<byte> buffer)
{
    private const int Absent = -1;

    private Span<byte> _rest = buffer;

    /// <summary>Size of a text or byte string of this length.</summary>
    public static int SizeOf(int length) => sizeof(int) + length;

    public static int SizeOf(string? text) => SizeOf(text is null ? 0 : Encoding.UTF8.GetByteCount(text));

    public void Byte(byte value)
    {
        _rest[0] = value;
        _rest = _rest[1..];
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_rest, value);
        _rest = _rest[sizeof(int)..];
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_rest, value);
        _rest = _rest[sizeof(long)..];
    }

    public void Id(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128BigEndian(_rest, value);
        _rest = _rest[OpaqueId.ByteLength..];
    }

    public void Cid(Cid cid)
    {
        cid.Value.TryWriteBytes(_rest, bigEndian: true, out var written);
        _rest = _rest[written..];
    }

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_rest);
        _rest = _rest[bytes.Length..];
    }

    public void Bytes(scoped ReadOnlySpan<byte> bytes)
    {
        Int32(bytes.Length);
        Raw(bytes);
    }

    public void Text(string? text)
    {
        if (text is null)
        {
            Int32(Absent);
            return;
        }

        var length = Encoding.UTF8.GetBytes(text, _rest[sizeof(int)..]);
        Int32(length);
        _rest = _rest[length..];
    }
}

/// <summary>Reads what <see cref="RowWriter"/> wrote.</summary>
internal ref struct RowReader
{
    private ReadOnlySpan<byte> _rest;

    /// <param name="row">The whole row.</param>
    /// <param name="version">The one version this reader knows; the row starts with it.</param>
    /// <exception cref="InvalidDataException">The row has another version, so a newer program wrote it.</exception>
    public RowReader(ReadOnlySpan<byte> row, byte version)
    {
        if (row.IsEmpty || row[0] != version)
        {
            throw new InvalidDataException("A row has a version that this program does not know.");
        }

        _rest = row[1..];
    }

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte Byte()
    {
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public int Int32()
    {
        var value = BinaryPrimitives.ReadInt32BigEndian(_rest);
        _rest = _rest[sizeof(int)..];
        return value;
    }

    public long Int64()
    {
        var value = BinaryPrimitives.ReadInt64BigEndian(_rest);
        _rest = _rest[sizeof(long)..];
        return value;
    }

    public UInt128 Id()
    {
        var value = BinaryPrimitives.ReadUInt128BigEndian(_rest);
        _rest = _rest[OpaqueId.ByteLength..];
        return value;
    }

    public Cid Cid() => new(new Guid(Raw(OpaqueId.ByteLength), bigEndian: true));

    public ReadOnlySpan<byte> Raw(int length)
    {
        var bytes = _rest[..length];
        _rest = _rest[length..];
        return bytes;
    }

    public byte[] Bytes() => Raw(Int32()).ToArray();

    public string? Text()
    {
        var length = Int32();
        return length < 0 ? null : Encoding.UTF8.GetString(Raw(length));
    }
}
