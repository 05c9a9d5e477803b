using System.Buffers.Binary;
using System.Text;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>Reads what <see cref="RowWriter"/> wrote.</summary>
internal ref struct RowReader
{
    private ReadOnlySpan<byte> _rest;

    /// <param name="row">The whole row.</param>
    /// <param name="version">The one version this reader knows; it stands first.</param>
    /// <exception cref="InvalidDataException">A row of another version: written by a newer program.</exception>
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
