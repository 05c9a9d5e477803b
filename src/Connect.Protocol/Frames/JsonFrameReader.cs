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

/// <summary>
/// Counts the items of the lists in one JSON frame before any object is made for them. Only lists of the schema count:
/// what this version does not know is passed over by the decoder without memory.
/// </summary>
internal ref struct JsonScan(ReadOnlySpan<byte> line, FrameLimits limits)
{
    private Utf8JsonReader _reader = new(line, new JsonReaderOptions { MaxDepth = ProtocolLimits.JsonDepth });
    private int _items;

    /// <exception cref="JsonException">The line is not JSON or is nested too deeply.</exception>
    public FrameError Check(MessageShape shape)
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.StartObject
            ? CheckObject(shape)
            : FrameError.BadFrame("a frame must be an object");
    }

    private FrameError CheckObject(MessageShape shape)
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FindContainer(shape);
            _reader.Read();
            FrameError error = default;
            if (field is { IsRepeated: true } && _reader.TokenType == JsonTokenType.StartArray)
            {
                error = CheckList(field);
            }
            else if (field is { IsRepeated: false } && _reader.TokenType == JsonTokenType.StartObject)
            {
                error = CheckObject(field.Message!);
            }
            else
            {
                _reader.Skip();
            }

            if (error.IsError)
            {
                return error;
            }
        }

        return default;
    }

    private FrameError CheckList(FieldShape field)
    {
        var count = 0;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (++count > field.Limit(limits) || ++_items > limits.Items)
            {
                return FrameError.TooLarge("a list has too many items");
            }

            if (field.Message is null || _reader.TokenType != JsonTokenType.StartObject)
            {
                _reader.Skip();
                continue;
            }

            var error = CheckObject(field.Message);
            if (error.IsError)
            {
                return error;
            }
        }

        return default;
    }

    private readonly FieldShape? FindContainer(MessageShape shape)
    {
        foreach (var field in shape.Containers)
        {
            if (_reader.ValueTextEquals(field.NameUtf8))
            {
                return field;
            }
        }

        return null;
    }
}
