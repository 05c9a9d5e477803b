using System.Buffers;
using System.Collections;
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
