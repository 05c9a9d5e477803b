using System.Buffers.Text;

namespace Connect.LoadGen.Wire;

/// <summary>
/// What the text of a message says of itself: who sent it, which of theirs it is, and when it was to be sent. The rest
/// of the text is filling.
/// </summary>
/// <param name="Sender">Their number in the run.</param>
/// <param name="Number">From 0, without holes.</param>
/// <param name="Due">The moment at which it was to be sent, by the clock of the run.</param>
internal readonly record struct MessageStamp(int Sender, int Number, long Due)
{
    /// <summary>Bytes of it in a text.</summary>
    public const int Length = 8 + 8 + 16;

    /// <summary>The same for every copy of a message, another for every other one; never 0.</summary>
    public long Key => ((long)Sender << 32 | (uint)Number) + 1;

    /// <summary>Writes it to the beginning of a text.</summary>
    public void Write(Span<byte> text)
    {
        PutHex(text[..8], Sender);
        PutHex(text[8..16], Number);
        PutHex(text[16..32], Due);
    }

    /// <summary>False when the text is not one of ours.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out MessageStamp stamp)
    {
        stamp = default;
        if (
            text.Length < Length
            || !TryHex(text[..8], out var sender)
            || !TryHex(text[8..16], out var number)
            || !TryHex(text[16..32], out var due)
        )
        {
            return false;
        }

        stamp = new((int)sender, (int)number, due);
        return true;
    }

    private static void PutHex(Span<byte> at, long value)
    {
        for (var i = at.Length - 1; i >= 0; i--, value >>= 4)
        {
            at[i] = "0123456789abcdef"u8[(int)(value & 0xF)];
        }
    }

    private static bool TryHex(ReadOnlySpan<byte> at, out long value) =>
        Utf8Parser.TryParse(at, out value, out var used, 'x') && used == at.Length;
}
