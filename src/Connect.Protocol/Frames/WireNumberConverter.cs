using System.Text.Json;
using System.Text.Json.Serialization;

namespace Connect.Protocol.Frames;

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
