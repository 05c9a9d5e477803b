using System.Buffers.Binary;

namespace Connect.LoadGen.Wire;

/// <summary>Walks over the fields of a protobuf message without making anything of them.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Its number, when there is a next field.</summary>
    public int Field { get; private set; }

    /// <summary>Of a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Of a text or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Takes the next field; false at the end.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint();
        Field = (int)(tag >> 3);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = ReadVarint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take((int)ReadVarint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException("The server sent what is not protobuf.");
        }

        return true;
    }

    /// <summary>Takes the next frame of a message, which its length precedes; false at the end.</summary>
    public bool ReadDelimited()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        Bytes = Take((int)ReadVarint());
        return true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("The server sent a number that does not end.");
    }
}
