using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Connect.Contracts.Identifiers;

/// <summary>
/// The form all our ids share: 128 bits, the first 16 of which name the home cell (0 is the only one today); on the
/// wire 22 characters of base64url. Nobody outside may read anything into them.
/// </summary>
public static class OpaqueId
{
    /// <summary>Length of the wire form in characters.</summary>
    public const int TextLength = 22;

    /// <summary>Length of the binary form in bytes.</summary>
    public const int ByteLength = 16;

    /// <summary>The home cell that an id carries in its first 16 bits.</summary>
    public static ushort Cell(UInt128 value) => (ushort)(value >> 112);

    /// <summary>A new random id of a cell.</summary>
    public static UInt128 NewRandom(ushort cell = 0)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        RandomNumberGenerator.Fill(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, cell);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The wire form.</summary>
    public static string Format(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>
    /// Reads the wire form; false when it is anything but 22 characters of base64url in canonical form.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UInt128 value)
    {
        value = 0;
        if (text is not { Length: TextLength })
        {
            return false;
        }

        // The decoder skips white space, so a shorter id padded with blanks must be told apart by its length.
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (!Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != ByteLength)
        {
            return false;
        }

        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }
}
