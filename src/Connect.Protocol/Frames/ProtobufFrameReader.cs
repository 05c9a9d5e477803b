using System.Buffers;
using System.Collections;
using System.Text.Unicode;
using Connect.Protocol.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Connect.Protocol.Frames;

/// <summary>Reads varint-delimited protobuf frames.</summary>
internal sealed class ProtobufFrameReader : FrameReader
{
    private const int MaxLengthBytes = 5;

    private static readonly MessageParser<ClientFrame> ClientParser = ClientFrame.Parser.WithDiscardUnknownFields(true);
    private static readonly MessageParser<ServerFrame> ServerParser = ServerFrame.Parser.WithDiscardUnknownFields(true);

    private protected override bool TryCut(
        ref ReadOnlySequence<byte> message,
        FrameLimits limits,
        out ReadOnlySequence<byte> frame,
        out FrameError error
    )
    {
        frame = default;
        error = default;
        if (message.IsEmpty)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[MaxLengthBytes];
        var available = (int)Math.Min(message.Length, MaxLengthBytes);
        message.Slice(0, available).CopyTo(head);
        ReadOnlySpan<byte> rest = head[..available];
        if (!ProtobufScan.TryReadVarint(ref rest, out var length))
        {
            error = FrameError.BadFrame("the length of a frame is broken");
            return false;
        }

        var start = available - rest.Length;
        if (length > (ulong)(message.Length - start))
        {
            error =
                length > (ulong)limits.MessageBytes
                    ? FrameError.TooLarge("a frame claims too many bytes")
                    : FrameError.BadFrame("a frame is cut off");
            return false;
        }

        frame = message.Slice(start, (long)length);
        message = message.Slice(frame.End);
        return true;
    }

    private protected override FrameError Decode(
        ReadOnlySpan<byte> bytes,
        FrameLimits limits,
        out ClientFrame? frame
    ) => Decode(bytes, limits, MessageShape.Client, ClientParser, out frame);

    private protected override FrameError Decode(
        ReadOnlySpan<byte> bytes,
        FrameLimits limits,
        out ServerFrame? frame
    ) => Decode(bytes, limits, MessageShape.Server, ServerParser, out frame);

    private static FrameError Decode<TFrame>(
        ReadOnlySpan<byte> bytes,
        FrameLimits limits,
        MessageShape shape,
        MessageParser<TFrame> parser,
        out TFrame? frame
    )
        where TFrame : class, IMessage<TFrame>
    {
        frame = null;
        var scan = new ProtobufScan(limits);
        var error = scan.Check(bytes, shape);
        if (error.IsError)
        {
            return error;
        }

        try
        {
            frame = parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return FrameError.BadFrame("the frame is not a protobuf message");
        }

        if (scan.HasUnknownEnum)
        {
            ClearUnknownEnums(frame);
        }

        return default;
    }

    /// <summary>Turns enum values that this version does not know into "unspecified", as JSON does.</summary>
    private static void ClearUnknownEnums(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            switch (field.FieldType)
            {
                case FieldType.Enum
                    when field.EnumType.FindValueByNumber((int)field.Accessor.GetValue(message)) is null:
                    field.Accessor.Clear(message);
                    break;
                case FieldType.Message when field.IsRepeated:
                    foreach (IMessage item in (IList)field.Accessor.GetValue(message))
                    {
                        ClearUnknownEnums(item);
                    }

                    break;
                case FieldType.Message when field.Accessor.GetValue(message) is IMessage inner:
                    ClearUnknownEnums(inner);
                    break;
                default:
                    break;
            }
        }
    }
}

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
