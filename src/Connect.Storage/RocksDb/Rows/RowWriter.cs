using System.Buffers.Binary;
using System.Text;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>
/// Writes the fields of a row one after the other: big-endian numbers, ids as they are, texts with a length.
/// </summary>
internal ref struct RowWriter(Span<byte> buffer)
{
    private const int Absent = -1;

    private Span<byte> _rest = buffer;

    /// <summary>Bytes that a text or a byte string of that length takes.</summary>
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
