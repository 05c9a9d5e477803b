using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Connect.LoadGen.Issuing;

/// <summary>
/// An issuer of access tokens on this machine, for a server that is started to take them: thousands of users come in
/// without a password to be hashed.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private const string Audience = "connect-load";
    private const string KeyId = "load";
    private static readonly TimeSpan Life = TimeSpan.FromHours(2);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication _app;

    private TestIssuer(WebApplication app) => _app = app;

    /// <summary>Where it is; also its name.</summary>
    public string Issuer { get; private set; } = "";

    public static async Task<TestIssuer> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new TestIssuer(builder.Build());
        issuer._app.MapGet("/.well-known/openid-configuration", issuer.Describe);
        issuer._app.MapGet("/keys", issuer.DescribeKeys);
        await issuer._app.StartAsync(cancellationToken);
        issuer.Issuer = issuer
            ._app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        return issuer;
    }

    /// <summary>The settings with which a server takes its tokens.</summary>
    public IEnumerable<string> Settings() =>
        [
            $"--Identity:External:Issuer={Issuer}",
            $"--Identity:External:Audience={Audience}",
            "--Identity:External:CreateAccounts=true",
        ];

    /// <summary>A token of a user; at their first coming they are given an account.</summary>
    public string TokenOf(string subject)
    {
        var now = TimeProvider.System.GetUtcNow();
        var head = new JsonObject
        {
            ["alg"] = "ES256",
            ["typ"] = "at+jwt",
            ["kid"] = KeyId,
        };
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = subject,
            ["preferred_username"] = subject,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Life).ToUnixTimeSeconds(),
        };
        var text = $"{Encode(head)}.{Encode(claims)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private static string Encode(JsonObject json) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

    private IResult Describe() =>
        Results.Text(new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = Issuer + "/keys" }.ToJsonString());

    private IResult DescribeKeys()
    {
        var point = _key.ExportParameters(false).Q;
        var key = new JsonObject
        {
            ["kty"] = "EC",
            ["kid"] = KeyId,
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
        return Results.Text(new JsonObject { ["keys"] = new JsonArray(key) }.ToJsonString());
    }
}
