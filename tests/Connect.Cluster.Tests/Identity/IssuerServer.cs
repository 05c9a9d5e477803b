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

namespace Connect.Cluster.Tests.Identity;

/// <summary>
/// An outside issuer on loopback: a discovery document, a key set, and tokens as short-lived as
/// wanted.
/// </summary>
internal sealed class IssuerServer : IAsyncDisposable
{
    public const string Audience = "chat";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication _app;

    private IssuerServer(WebApplication app) => _app = app;

    public string Issuer { get; private set; } = "";

    /// <summary>What it signs with, for those who forge.</summary>
    public ECDsa Key => _key;

    public static async Task<IssuerServer> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new IssuerServer(builder.Build());
        server._app.MapGet("/.well-known/openid-configuration", server.Discovery);
        server._app.MapGet("/keys", server.Keys);
        await server._app.StartAsync(cancellationToken);
        server.Issuer = server
            ._app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        return server;
    }

    /// <summary>The settings of a server that takes its tokens and makes accounts.</summary>
    public string[] Settings() =>
        [
            $"--Identity:External:Issuer={Issuer}",
            $"--Identity:External:Audience={Audience}",
            "--Identity:External:CreateAccounts=true",
        ];

    public string Token(string subject, TimeSpan life, string audience = Audience)
    {
        var now = TimeProvider.System.GetUtcNow();
        var header = new JsonObject
        {
            ["alg"] = "ES256",
            ["typ"] = "at+jwt",
            ["kid"] = "k1",
        };
        var payload = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = audience,
            ["sub"] = subject,
            ["preferred_username"] = subject,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + life).ToUnixTimeSeconds(),
        };
        var text = $"{Encode(header)}.{Encode(payload)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private static string Encode(JsonObject json) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

    private IResult Discovery() =>
        Results.Text(new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = Issuer + "/keys" }.ToJsonString());

    private IResult Keys()
    {
        var point = _key.ExportParameters(false).Q;
        var key = new JsonObject
        {
            ["kty"] = "EC",
            ["kid"] = "k1",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
        return Results.Text(new JsonObject { ["keys"] = new JsonArray(key) }.ToJsonString());
    }
}
