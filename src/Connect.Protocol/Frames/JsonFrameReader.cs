using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Connect.Protocol.V1;

namespace Connect.Protocol.Frames;

/// <summary>Reads JSON frames, one on each line; empty lines are passed over.</summary>
internal sealed class JsonFrameReader : FrameReader
{
    private protected override bool TryCut(
        ref ReadOnlySequence<byte> message,
        FrameLimits limits,
        out ReadOnlySequence<byte> frame,
        out FrameError error
    )
    {
        error = default;
        while (!message.IsEmpty)
        {
            var end = message.PositionOf((byte)'\n');
            frame = end is { } position ? message.Slice(0, position) : message;
            message = end is { } newline ? message.Slice(message.GetPosition(1, newline)) : message.Slice(message.End);
            if (!IsBlank(frame))
            {
                return true;
            }
        }

        frame = default;
        return false;
    }

    private protected override FrameError Decode(
        ReadOnlySpan<byte> bytes,
        FrameLimits limits,
        out ClientFrame? frame
    ) => Decode(bytes, limits, MessageShape.Client, FrameJson.ClientFrame, out frame);

    private protected override FrameError Decode(
        ReadOnlySpan<byte> bytes,
        FrameLimits limits,
        out ServerFrame? frame
    ) => Decode(bytes, limits, MessageShape.Server, FrameJson.ServerFrame, out frame);

    private static FrameError Decode<TFrame>(
        ReadOnlySpan<byte> bytes,
        FrameLimits limits,
        MessageShape shape,
        JsonTypeInfo<TFrame> type,
        out TFrame? frame
    )
        where TFrame : class
    {
        frame = null;
        try
        {
            // Most frames of clients hold no list, and only a list can cost more memory than its bytes.
            if (bytes.Contains((byte)'['))
            {
                var error = new JsonScan(bytes, limits).Check(shape);
                if (error.IsError)
                {
                    return error;
                }
            }

            frame = JsonSerializer.Deserialize(bytes, type);
            return frame is null ? FrameError.BadFrame("a frame must be an object") : default;
        }
        // What the serializer and the setters of the generated classes throw for hostile input: broken JSON, a text
        // that is not Unicode (InvalidOperationException), null in a list (ArgumentNullException).
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            frame = null;
            return FrameError.BadFrame("the frame is not a JSON object of the schema");
        }
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }
}
