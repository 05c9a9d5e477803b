using System.Buffers;
using System.Collections;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Connect.Protocol.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Connect.Protocol.Frames;

/// <summary>
/// The JSON contract of the generated classes: field names of the schema, nothing written for what is not given, one
/// body a frame, no field twice, no null, numbers below 2^53, enums by name.
/// </summary>
internal static class FrameJson
{
    internal static readonly JsonWriterOptions WriterOptions = new()
    {
        SkipValidation = true,
        MaxDepth = ProtocolLimits.JsonDepth,
    };

    private static readonly JsonSerializerOptions Options = CreateOptions();

    public static JsonTypeInfo<ClientFrame> ClientFrame { get; } =
        (JsonTypeInfo<ClientFrame>)Options.GetTypeInfo(typeof(ClientFrame));

    public static JsonTypeInfo<ServerFrame> ServerFrame { get; } =
        (JsonTypeInfo<ServerFrame>)Options.GetTypeInfo(typeof(ServerFrame));

    /// <summary>The contract of a message that is part of a frame.</summary>
    public static JsonTypeInfo<T> For<T>()
        where T : IMessage => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            AllowDuplicateProperties = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            MaxDepth = ProtocolLimits.JsonDepth,
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            TypeInfoResolver = FrameJsonContext.Default.WithAddedModifier(FitToSchema),
        };
        options.Converters.Add(new WireTextConverter());
        options.Converters.Add(new WireNumberConverter());
        options.Converters.Add(new WireEnumConverter<Activity>(ClientReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<SyncMode>(ClientReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<ConversationFilter>(ClientReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<EntryKind>(ModelReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<ConversationKind>(ModelReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<Role>(ModelReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<SkipReason>(ModelReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<Resumed>(ServerReflection.Descriptor));
        options.MakeReadOnly();
        return options;
    }

    private static void FitToSchema(JsonTypeInfo type)
    {
        if (!typeof(IMessage).IsAssignableFrom(type.Type))
        {
            return;
        }

        for (var index = type.Properties.Count - 1; index >= 0; index--)
        {
            var property = type.Properties[index];
            // protoc gives a property that would have the name of its class an underscore.
            property.Name = property.Name.TrimEnd('_');
            if (typeof(IEnumerable).IsAssignableFrom(property.PropertyType) && property.PropertyType != typeof(string))
            {
                property.ObjectCreationHandling = JsonObjectCreationHandling.Populate;
                property.ShouldSerialize = static (_, list) => list is ICollection { Count: > 0 };
            }
            else if (property.Set is null)
            {
                // Which body a frame has is said by the body itself.
                type.Properties.RemoveAt(index);
            }
            else if (property.PropertyType == typeof(string))
            {
                property.ShouldSerialize = static (_, text) => text is string { Length: > 0 };
            }
            else if (typeof(IMessage).IsAssignableFrom(property.PropertyType))
            {
                property.Set = GuardedSetter(type.Type, property.Set);
            }
        }
    }

    /// <summary>Refuses null and a second body of one frame: the generated setters would accept both.</summary>
    private static Action<object, object?> GuardedSetter(Type type, Action<object, object?> set)
    {
        if (type == typeof(ClientFrame))
        {
            return (frame, body) =>
                set(frame, Only(body, ((ClientFrame)frame).BodyCase == V1.ClientFrame.BodyOneofCase.None));
        }

        if (type == typeof(ServerFrame))
        {
            return (frame, body) =>
                set(frame, Only(body, ((ServerFrame)frame).BodyCase == V1.ServerFrame.BodyOneofCase.None));
        }

        return (message, part) => set(message, Only(part, isFirst: true));
    }

    private static object Only(object? value, bool isFirst) =>
        value is not null && isFirst ? value : throw new JsonException("One body and no null is expected.");
}

/// <summary>The source-generated contract of JSON; <see cref="FrameJson"/> fits it to the schema.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower
)]
[JsonSerializable(typeof(ClientFrame))]
[JsonSerializable(typeof(ServerFrame))]
// Two nested types of one name; only the generator needs them told apart.
[JsonSerializable(typeof(ClientFrame.BodyOneofCase), TypeInfoPropertyName = "ClientBodyCase")]
[JsonSerializable(typeof(ServerFrame.BodyOneofCase), TypeInfoPropertyName = "ServerBodyCase")]
internal sealed partial class FrameJsonContext : JsonSerializerContext;

/// <summary>
/// Enums by their name in the schema, lower case and without the enum's own prefix. A name this version does not know
/// and any number are "unspecified": a newer peer must not be cut off.
/// </summary>
internal sealed class WireEnumConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    private readonly (JsonEncodedText Name, int Number)[] _values;

    public WireEnumConverter(FileDescriptor file)
    {
        var values = file.EnumTypes.Single(each => each.Name == typeof(TEnum).Name).Values;
        var unspecified = values.Single(value => value.Number == 0).Name;
        var prefix = unspecified.Length - "UNSPECIFIED".Length;
        _values =
        [
            .. values.Select(value => (JsonEncodedText.Encode(value.Name[prefix..].ToLowerInvariant()), value.Number)),
        ];
    }

    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return default;
            case JsonTokenType.String:
                foreach (var (name, number) in _values)
                {
                    if (reader.ValueTextEquals(name.EncodedUtf8Bytes))
                    {
                        return Unsafe.BitCast<int, TEnum>(number);
                    }
                }

                return default;
            default:
                throw new JsonException("The name of an enum value is expected.");
        }
    }

    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options)
    {
        var wanted = Unsafe.BitCast<TEnum, int>(value);
        foreach (var (name, number) in _values)
        {
            if (number == wanted)
            {
                writer.WriteStringValue(name);
                return;
            }
        }

        writer.WriteStringValue(_values[0].Name);
    }
}

/// <summary>Seqs, times and request ids: whole JSON numbers from 0 to 2^53 - 1.</summary>
internal sealed class WireNumberConverter : JsonConverter<ulong>
{
    public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
        && reader.TryGetUInt64(out var number)
        && number < ProtocolLimits.NumberLimit
            ? number
            : throw new JsonException("A whole number from 0 to 2^53 - 1 is expected.");

    public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}

/// <summary>
/// Text as every other JSON library writes it (RFC 8785, section 3.2.2.2): only the quotation mark, the backslash and
/// control characters are escaped. The encoders that come with .NET escape everything beyond the basic plane, which
/// makes an emoji three times as long.
/// </summary>
internal sealed class WireTextConverter : JsonConverter<string>
{
    private const int StackBytes = 1_024;

    /// <summary>What one char can take: an escape; a pair of surrogates takes four bytes.</summary>
    private const int MaxBytesPerChar = 6;

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"
            + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"
    );

    /// <summary>Null comes here and is refused: nothing on the wire is null.</summary>
    public override bool HandleNull => true;

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString()!
            : throw new JsonException("A string is expected.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        var most = (value.Length * MaxBytesPerChar) + 2;
        var rented = most > StackBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
        var buffer = rented ?? stackalloc byte[StackBytes];
        writer.WriteRawValue(buffer[..Quote(value, buffer)], skipInputValidation: true);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static int Quote(ReadOnlySpan<char> text, Span<byte> output)
    {
        var written = 0;
        output[written++] = (byte)'"';
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Escaped) is var index and >= 0 ? index : text.Length;
            written += Encoding.UTF8.GetBytes(text[..plain], output[written..]);
            if (plain == text.Length)
            {
                break;
            }

            written += Escape(text[plain], output[written..]);
            text = text[(plain + 1)..];
        }

        output[written++] = (byte)'"';
        return written;
    }

    private static int Escape(char value, Span<byte> output)
    {
        output[0] = (byte)'\\';
        var letter = value switch
        {
            '"' or '\\' => value,
            '\b' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\f' => 'f',
            '\r' => 'r',
            _ => 'u',
        };
        output[1] = (byte)letter;
        if (letter != 'u')
        {
            return 2;
        }

        "00"u8.CopyTo(output[2..]);
        output[4] = (byte)('0' + (value >> 4));
        output[5] = (byte)"0123456789abcdef"[value & 0xF];
        return 6;
    }
}
