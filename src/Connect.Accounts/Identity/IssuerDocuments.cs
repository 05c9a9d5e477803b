using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Connect.Accounts.Identity;

/// <summary>
/// Fetches an external issuer's key set, through its discovery document where no URL is configured. Bounded in size
/// and time; follows no redirects, so the keys come from where the operator said.
/// </summary>
public sealed class IssuerDocuments : IDisposable
{
    /// <summary>Maximum bytes of one document.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Maximum keys of a set; the rest are ignored.</summary>
    public const int MaxKeys = 64;

    private const int LeastRsaBits = 2048;

    private readonly HttpClient _http;

    public IssuerDocuments(HttpMessageHandler handler) =>
        _http = new(handler) { MaxResponseContentBufferSize = MaxBytes, Timeout = Timeout.InfiniteTimeSpan };

    public static SocketsHttpHandler CreateHandler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };

    /// <summary>Returns the keys by id.</summary>
    /// <exception cref="InvalidDataException">A document is malformed.</exception>
    public async Task<IReadOnlyDictionary<string, SecurityKey>> ReadKeysAsync(
        ExternalOptions options,
        CancellationToken cancellationToken
    )
    {
        var url = options.KeysUrl.Length > 0 ? options.KeysUrl : await DiscoverAsync(options, cancellationToken);
        var keys = Parse(await GetAsync(url, cancellationToken));
        return keys.Count > 0
            ? keys
            : throw new InvalidDataException("The issuer's key set has no key for signatures.");
    }

    public void Dispose() => _http.Dispose();

    internal static Dictionary<string, SecurityKey> Parse(string json)
    {
        JsonWebKeySet set;
        try
        {
            set = new(json);
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException)
        {
            throw new InvalidDataException("The issuer's key set cannot be read.", exception);
        }

        var keys = new Dictionary<string, SecurityKey>(StringComparer.Ordinal);
        foreach (var key in set.Keys.Take(MaxKeys).Where(MaySign))
        {
            keys.TryAdd(key.Kid, key);
        }

        return keys;
    }

    /// <summary>Whether it is a public key that verifies signatures only its owner can make.</summary>
    private static bool MaySign(JsonWebKey key) =>
        !string.IsNullOrEmpty(key.Kid)
        && key.Use is null or "" or "sig"
        && (
            (key.Kty == JsonWebAlgorithmsKeyTypes.RSA && key.KeySize >= LeastRsaBits)
            || (key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve && key.Crv is "P-256" or "P-384" or "P-521")
        );

    private async Task<string> DiscoverAsync(ExternalOptions options, CancellationToken cancellationToken)
    {
        var url = options.Issuer.TrimEnd('/') + "/.well-known/openid-configuration";
        try
        {
            using var document = JsonDocument.Parse(await GetAsync(url, cancellationToken));
            var root = document.RootElement;
            var keys = root.GetProperty("jwks_uri").GetString() ?? "";
            return root.GetProperty("issuer").GetString() == options.Issuer && ExternalOptions.IsSafe(keys)
                ? keys
                : throw new InvalidDataException(
                    "The discovery document is another issuer's, or its keys are not safe."
                );
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException("The discovery document cannot be read.", exception);
        }
    }

    private async Task<string> GetAsync(string url, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(url, cancellationToken);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsStringAsync(cancellationToken)
            : throw new InvalidDataException($"The issuer answered {(int)answer.StatusCode}.");
    }
}
