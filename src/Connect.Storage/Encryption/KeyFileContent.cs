using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Connect.Storage.Encryption;

/// <summary>What stands in the key file, as JSON; keys in base64.</summary>
/// <param name="Format">1.</param>
/// <param name="CurrentMaster">The version that wraps new.</param>
/// <param name="Masters">Every version that may still be needed, also by a backup.</param>
/// <param name="TokenSigning">ES256, PKCS #8.</param>
/// <param name="BlindIndex">For usernames; cannot rotate.</param>
/// <param name="DirectIds">For ids of direct conversations; cannot rotate.</param>
internal sealed record KeyFileContent(
    int Format,
    uint CurrentMaster,
    SortedDictionary<uint, byte[]> Masters,
    byte[] TokenSigning,
    byte[] BlindIndex,
    byte[] DirectIds
)
{
    /// <summary>New random keys.</summary>
    public static KeyFileContent Generate() =>
        new(
            1,
            1,
            new() { [1] = RandomNumberGenerator.GetBytes(RowCipher.KeyLength) },
            TokenSigningKey.Generate(),
            RandomNumberGenerator.GetBytes(RowCipher.KeyLength),
            RandomNumberGenerator.GetBytes(RowCipher.KeyLength)
        );

    /// <summary>Whether everything that must be there is.</summary>
    [JsonIgnore]
    public bool IsComplete =>
        Format == 1
        && Masters is not null
        && Masters.ContainsKey(CurrentMaster)
        && Masters.Values.All(m => m is { Length: RowCipher.KeyLength })
        && TokenSigning is { Length: > 0 }
        && BlindIndex is { Length: RowCipher.KeyLength }
        && DirectIds is { Length: RowCipher.KeyLength };
}
