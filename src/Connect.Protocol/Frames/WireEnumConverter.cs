using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf.Reflection;

namespace Connect.Protocol.Frames;

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
