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
/// An issuer of access tokens on this machine, for a server that is started to take them: a discovery document, a key
/// set, and tokens as short-lived as wanted. With it thousands of users come in without a password to be hashed.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private const string Audience = "chat";
    private const string KeyId = "k1";
    private static readonly TimeSpan Life = TimeSpan.FromHours(2);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication _app;

    private TestIssuer(WebApplication app) => _app = app;

    /// <summary>Where it is; also its name.</summary>
    public string Issuer { get; private set; } = "";

    /// <summary>What it signs with, for those who forge.</summary>
    public ECDsa Key => _key;

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
    public string[] Settings() =>
        [
            $"--Identity:External:Issuer={Issuer}",
            $"--Identity:External:Audience={Audience}",
            "--Identity:External:CreateAccounts=true",
        ];

    /// <summary>A token of a user; at their first coming they are given an account.</summary>
    /// <param name="subject">The user, and the name they get.</param>
    /// <param name="life">Two hours when not given.</param>
    /// <param name="audience">The server's when not given.</param>
    public string TokenOf(string subject, TimeSpan? life = null, string audience = Audience)
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
            ["aud"] = audience,
            ["sub"] = subject,
            ["preferred_username"] = subject,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + (life ?? Life)).ToUnixTimeSeconds(),
        };
        var text = $"{Encode(head)}.{Encode(claims)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>From here on nobody can read its keys.</summary>
    public Task StopAsync() => _app.StopAsync();

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
