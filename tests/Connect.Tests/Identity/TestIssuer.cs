using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Connect.Tests.Identity;

/// <summary>An outside issuer: its documents as a server would give them, and tokens good and bad.</summary>
internal sealed class TestIssuer(TimeProvider time) : HttpMessageHandler
{
    public const string Issuer = "https://issuer.example/realm";
    public const string Audience = "chat";

    // Making one takes longer than most tests.
    private static readonly RSA SharedRsa = RSA.Create(2048);

    private readonly RSA _rsa = SharedRsa;
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The addresses asked for.</summary>
    public List<string> Asked { get; } = [];

    public bool IsDown { get; set; }

    /// <summary>It takes requests and answers none.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Answers instead of the documents.</summary>
    public Func<HttpResponseMessage>? Answer { get; set; }

    public string DiscoveredIssuer { get; set; } = Issuer;

    public string KeysUrl { get; set; } = "https://issuer.example/keys";

    /// <summary>The id of the RSA key; another one stands for a rotation.</summary>
    public string RsaKeyId { get; set; } = "rsa-1";

    public RSA Rsa => _rsa;

    public JsonObject Header(string algorithm = "RS256") =>
        new()
        {
            ["alg"] = algorithm,
            ["typ"] = "at+jwt",
            ["kid"] = algorithm.StartsWith('E') ? "ec-1" : RsaKeyId,
        };

    public JsonObject Payload(string subject = "4711")
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return new()
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = subject,
            ["iat"] = now,
            ["exp"] = now + 300,
        };
    }

    public string Token(string subject = "4711") => Sign(Header(), Payload(subject));

    public string Sign(JsonObject header, JsonObject payload) =>
        TokenForge.Assemble(
            header,
            payload,
            text =>
                header["alg"]!.GetValue<string>().StartsWith('E')
                    ? _ec.SignData(text, HashAlgorithmName.SHA256)
                    : _rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        Asked.Add(request.RequestUri!.ToString());
        if (IsDown)
        {
            throw new HttpRequestException("Connection refused.");
        }

        if (IsSilent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        return Answer?.Invoke() ?? Document(request.RequestUri!.AbsolutePath);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ec.Dispose();
        }

        base.Dispose(disposing);
    }

    private HttpResponseMessage Document(string path) =>
        path switch
        {
            "/realm/.well-known/openid-configuration" => Json(
                new() { ["issuer"] = DiscoveredIssuer, ["jwks_uri"] = KeysUrl }
            ),
            "/keys" => Json(new() { ["keys"] = new JsonArray(RsaKey(), EcKey(), Shared()) }),
            _ => new(HttpStatusCode.NotFound),
        };

    private JsonObject RsaKey()
    {
        var key = _rsa.ExportParameters(false);
        return new()
        {
            ["kty"] = "RSA",
            ["kid"] = RsaKeyId,
            ["use"] = "sig",
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    private JsonObject EcKey()
    {
        var point = _ec.ExportParameters(false).Q;
        return new()
        {
            ["kty"] = "EC",
            ["kid"] = "ec-1",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    /// <summary>A shared secret, which no issuer should show and nobody may check with.</summary>
    private static JsonObject Shared() =>
        new()
        {
            ["kty"] = "oct",
            ["kid"] = "oct-1",
            ["k"] = Base64Url.EncodeToString(new byte[32]),
        };

    private static HttpResponseMessage Json(JsonObject json) =>
        new() { Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json") };
}
