using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>Makes other tokens of a good one, byte by byte, with and without the key that signed it.</summary>
internal sealed class TokenForgery
{
    private readonly JsonObject _header;
    private readonly JsonObject _payload;
    private readonly string[] _parts;
    private readonly ECDsa _key;

    /// <param name="good">A token that is taken.</param>
    /// <param name="key">What signed it.</param>
    public TokenForgery(string good, ECDsa key)
    {
        _key = key;
        _parts = good.Split('.');
        _header = Decode(_parts[0]);
        _payload = Decode(_parts[1]);
    }

    /// <summary>Another header, or other claims, properly signed; a value of null takes the member away.</summary>
    public string Signed(
        IReadOnlyDictionary<string, JsonNode?>? header = null,
        IReadOnlyDictionary<string, JsonNode?>? payload = null
    ) => Assemble(With(_header, header), With(_payload, payload), text => Sign(_key, text));

    /// <summary>The same times, moved.</summary>
    public string Moved(TimeSpan by)
    {
        var times = new Dictionary<string, JsonNode?>();
        foreach (var name in new[] { "iat", "nbf", "exp" }.Where(_payload.ContainsKey))
        {
            times[name] = _payload[name]!.GetValue<long>() + (long)by.TotalSeconds;
        }

        return Signed(payload: times);
    }

    /// <summary>Signed by a key that is nobody's; the token may bring its public half along.</summary>
    public string OfAnotherKey(bool bringsItAlong)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var header = With(_header, null);
        if (bringsItAlong)
        {
            var point = key.ExportParameters(false).Q;
            header["jwk"] = new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["x"] = Base64Url.EncodeToString(point.X),
                ["y"] = Base64Url.EncodeToString(point.Y),
            };
        }

        return Assemble(header, _payload, text => Sign(key, text));
    }

    /// <summary>Under another algorithm, with what that algorithm would want as its signature.</summary>
    public string Algorithm(string name, Func<byte[], byte[]> sign) =>
        Assemble(With(_header, new Dictionary<string, JsonNode?> { ["alg"] = name }), _payload, sign);

    /// <summary>HS256 whose secret is the public key, in both forms that people publish.</summary>
    public string PublicKeyAsSecret(bool asText)
    {
        var secret = asText
            ? Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem())
            : _key.ExportSubjectPublicKeyInfo();
        return Algorithm("HS256", text => HMACSHA256.HashData(secret, text));
    }

    /// <summary>Other claims under the signature that the good one has.</summary>
    public string OldSignature(string claim, JsonNode value)
    {
        var changed = With(_payload, new Dictionary<string, JsonNode?> { [claim] = value });
        return $"{_parts[0]}.{Encode(changed)}.{_parts[2]}";
    }

    /// <summary>The first so many parts of the three, the last one cut in half.</summary>
    public string Truncated(int parts) =>
        string.Join('.', _parts.Take(parts - 1).Append(_parts[parts - 1][..(_parts[parts - 1].Length / 2)]));

    private static byte[] Sign(ECDsa key, byte[] text) => key.SignData(text, HashAlgorithmName.SHA256);

    private static JsonObject With(JsonObject json, IReadOnlyDictionary<string, JsonNode?>? changes)
    {
        var changed = (JsonObject)json.DeepClone();
        foreach (var (name, value) in changes ?? new Dictionary<string, JsonNode?>())
        {
            changed.Remove(name);
            if (value is not null)
            {
                changed[name] = value.DeepClone();
            }
        }

        return changed;
    }

    private static string Assemble(JsonObject header, JsonObject payload, Func<byte[], byte[]> sign)
    {
        var text = $"{Encode(header)}.{Encode(payload)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Encode(JsonObject json) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

    private static JsonObject Decode(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
}
