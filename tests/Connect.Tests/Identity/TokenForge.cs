using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connect.Tests.Identity;

/// <summary>Makes tokens of any kind, good and forged, byte by byte.</summary>
internal sealed class TokenForge(IdentityWorld world)
{
    private readonly DateTimeOffset _now = world.Time.GetUtcNow();

    public JsonObject Header() =>
        new()
        {
            ["alg"] = "ES256",
            ["typ"] = "at+jwt",
            ["kid"] = world.SigningKey.KeyId,
        };

    public JsonObject Payload() =>
        new()
        {
            ["iss"] = "connect",
            ["aud"] = "connect",
            ["sub"] = "AAAAAAAAAAAAAAAAAAAAAQ",
            ["device"] = "AAAAAAAAAAAAAAAAAAAAAg",
            ["login"] = "AAAAAAAAAAAAAAAAAAAAAw",
            ["iat"] = _now.ToUnixTimeSeconds(),
            ["nbf"] = _now.ToUnixTimeSeconds(),
            ["exp"] = _now.AddMinutes(15).ToUnixTimeSeconds(),
        };

    /// <summary>Signed with the server's own key.</summary>
    public string Sign(JsonObject header, JsonObject payload)
    {
        using var key = world.SigningKey.CreateKey();
        return Sign(header, payload, key);
    }

    public static string Sign(JsonObject header, JsonObject payload, ECDsa key) =>
        Assemble(header, payload, text => key.SignData(text, HashAlgorithmName.SHA256));

    public static string Assemble(JsonObject header, JsonObject payload, Func<byte[], byte[]> sign)
    {
        var text = $"{Encode(header)}.{Encode(payload)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Encode(JsonObject json) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
}
