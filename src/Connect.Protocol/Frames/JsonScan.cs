using System.Text.Json;

namespace Connect.Protocol.Frames;

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
