using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Connect.Contracts.Identifiers;

namespace Connect.Accounts.Identity;

/// <summary>
/// A refresh token: base64url of user, device, chain (16 bytes each) and a secret of 32. The ids find the row without
/// an index; only the SHA-256 of the secret is stored.
/// </summary>
public sealed record RefreshToken(UserId User, DeviceId Device, byte[] Chain, byte[] Secret)
{
    public const int ChainBytes = 16;
    public const int SecretBytes = 32;
    private const int Bytes = 16 + 16 + ChainBytes + SecretBytes;
    private static readonly int TextLength = Base64Url.GetEncodedLength(Bytes);

    public byte[] SecretHash() => SHA256.HashData(Secret);

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RefreshToken? token)
    {
        token = null;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (
            text?.Length != TextLength
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || written != Bytes
        )
        {
            return false;
        }

        token = new(
            new(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
            new(BinaryPrimitives.ReadUInt128BigEndian(bytes[16..])),
            bytes.Slice(32, ChainBytes).ToArray(),
            bytes[(32 + ChainBytes)..].ToArray()
        );
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, User.Value);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Device.Value);
        Chain.CopyTo(bytes[32..]);
        Secret.CopyTo(bytes[(32 + ChainBytes)..]);
        return Base64Url.EncodeToString(bytes);
    }
}
