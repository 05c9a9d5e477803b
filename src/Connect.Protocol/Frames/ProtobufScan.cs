using System.Text.Unicode;
using Google.Protobuf.Reflection;

namespace Connect.Protocol.Frames;

/// <summary>
/// Walks the bytes of one protobuf frame and refuses what the JSON encoding could not say either: broken varints and
/// lengths, text that is not UTF-8, numbers from 2^53, a field or body given twice, lists that are too long. Fields
/// this version does not know are passed over.
/// </summary>
internal struct ProtobufScan(FrameLimits limits)
{
    private const int WireVarint = 0;
    private const int WireFixed64 = 1;
    private const int WireBytes = 2;
    private const int WireFixed32 = 5;

    private int _items;

    /// <summary>Whether an enum has a value that this version does not know.</summary>
    public bool HasUnknownEnum { get; private set; }

    public FrameError Check(ReadOnlySpan<byte> bytes, MessageShape shape)
    {
        var seen = 0UL;
        var hasBody = false;
        Span<int> counts = stackalloc int[MessageShape.MaxFieldNumber + 1];
        counts.Clear();
        while (!bytes.IsEmpty)
        {
            if (!TryReadVarint(ref bytes, out var tag) || tag > uint.MaxValue || tag >> 3 == 0)
            {
                return FrameError.BadFrame("a field tag is broken");
            }

            var wire = (int)(tag & 7);
            if (!TryReadValue(ref bytes, wire, out var number, out var content))
            {
                return FrameError.BadFrame("a field is cut off or of an unknown wire type");
            }

            if (shape.Find(tag >> 3) is not { } field)
            {
                continue;
            }

            var bit = 1UL << field.Number;
            if (field.IsRepeated)
            {
                if (++counts[field.Number] > field.Limit(limits) || ++_items > limits.Items)
                {
                    return FrameError.TooLarge("a list has too many items");
                }
            }
            else if ((seen & bit) != 0 || (field.IsBody && hasBody))
            {
                return FrameError.BadFrame("a field is given twice");
            }

            seen |= bit;
            hasBody |= field.IsBody;
            var error = CheckValue(field, wire, number, content);
            if (error.IsError)
            {
                return error;
            }
        }

        return default;
    }

    /// <summary>Reads a varint of at most ten bytes that fits 64 bits.</summary>
    internal static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var index = 0; index < bytes.Length && index < 10; index++)
        {
            var current = bytes[index];
            if (index == 9 && current > 1)
            {
                return false;
            }

            value |= (ulong)(current & 0x7F) << (7 * index);
            if (current < 0x80)
            {
                bytes = bytes[(index + 1)..];
                return true;
            }
        }

        return false;
    }

    private static bool TryReadValue(
        ref ReadOnlySpan<byte> bytes,
        int wire,
        out ulong number,
        out ReadOnlySpan<byte> content
    )
    {
        number = 0;
        content = default;
        int length;
        switch (wire)
        {
            case WireVarint:
                return TryReadVarint(ref bytes, out number);
            case WireFixed64:
                length = 8;
                break;
            case WireFixed32:
                length = 4;
                break;
            case WireBytes:
                if (!TryReadVarint(ref bytes, out var declared) || declared > (ulong)bytes.Length)
                {
                    return false;
                }

                length = (int)declared;
                break;
            default:
                return false;
        }

        if (length > bytes.Length)
        {
            return false;
        }

        content = bytes[..length];
        bytes = bytes[length..];
        return true;
    }

    private FrameError CheckValue(FieldShape field, int wire, ulong number, ReadOnlySpan<byte> content)
    {
        var isBytes = field.Type is FieldType.String or FieldType.Message;
        if (wire != (isBytes ? WireBytes : WireVarint))
        {
            return FrameError.BadFrame("a field has the wire type of another");
        }

        switch (field.Type)
        {
            case FieldType.String:
                return Utf8.IsValid(content) ? default : FrameError.BadFrame("a text is not UTF-8");
            case FieldType.Message:
                return Check(content, field.Message!);
            case FieldType.UInt64 when number >= ProtocolLimits.NumberLimit:
            case FieldType.UInt32 when number > uint.MaxValue:
                return FrameError.BadFrame("a number is out of range");
            case FieldType.Enum:
                HasUnknownEnum |= number > int.MaxValue || field.Enum!.FindValueByNumber((int)number) is null;
                return default;
            default:
                return default;
        }
    }
}
