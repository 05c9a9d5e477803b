using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Connect.Protocol.Frames;

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
