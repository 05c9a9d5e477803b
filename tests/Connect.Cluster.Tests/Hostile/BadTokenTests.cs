using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Identity;
using Connect.Cluster.Tests.Processes;
using Connect.Contracts.Identifiers;
using Connect.LoadGen.Issuing;
using Connect.Storage.Encryption;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>
/// Tokens that must not be taken, against the running server: in <c>hello</c>, in <c>auth</c> of a living session and
/// over HTTP. Most of them are signed with the server's own key, so that only the check that is meant can refuse them.
/// </summary>
public sealed class BadTokenTests(ITestOutputHelper output)
{
    private const int AtOnce = 8;
    private const int Rounds = 40;
    private const long MoreMemory = 64L << 20;

    /// <summary>Medians of the same path on a shared machine; a signature more or less is far below it.</summary>
    private const double Factor = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_bad_token_gets_its_code_on_every_way_in_costs_no_memory_and_disturbs_nobody()
    {
        await using var issuer = await TestIssuer.StartAsync(Cancellation);
        await using var server = await ServerProcess.StartAsync(
            Cancellation,
            [.. issuer.Settings(), "--Limits:RequestsPerUser=0", "--Limits:LoginsPerAddress=0"]
        );
        using var client = server.CreateClient(new Version(1, 1));
        var ann = await TestUser.CreateAsync(client, "ann", Cancellation);
        await using var living = await OpenAsync(server, ann);
        var bad = await MakeAsync(server, client, ann, issuer);
        await using var bystanders = await Bystanders.StartAsync(server, Cancellation);
        await TryAllAsync(server, bad[0], ann.Device);
        var before = server.ResidentBytes;
        var wrong = new List<string>();
        foreach (var each in bad)
        {
            wrong.AddRange(await TryAllAsync(server, each, ann.Device));
            await InBandAsync(living, each, wrong);
            await OverHttpAsync(client, each, wrong);
        }

        var after = server.ResidentBytes;
        var chatted = await bystanders.StopAsync();
        output.WriteLine(
            $"{bad.Count} kinds of bad tokens: RSS {before >> 20} to {after >> 20} MiB, {chatted} messages meanwhile"
        );
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(after - before < MoreMemory, $"{before >> 20} to {after >> 20} MiB");

        // Refused tokens left the one of the session in force, and good ones are still taken.
        await living.SendAsync(new { id = 2, conversations = new { } }, Cancellation);
        Assert.NotNull(await living.NextAsync("conversations", Cancellation));
        await living.SendAsync(new { id = 3, auth = new { token = ann.AccessToken } }, Cancellation);
        Assert.NotNull(await living.NextAsync("ok", Cancellation));
        Assert.DoesNotContain("HelloFailed", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_of_a_refusal_does_not_tell_whether_the_user_of_a_forged_token_exists()
    {
        await using var server = await ServerProcess.StartAsync(
            Cancellation,
            "--Limits:RequestsPerAddress=0",
            "--Log:Level=Warning"
        );
        using var client = server.CreateClient(new Version(1, 1));
        var ann = await TestUser.CreateAsync(client, "ann", Cancellation);
        var forgery = new TokenForgery(ann.AccessToken, KeyOf(server));
        var nobody = UserId.NewRandom().ToString();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kinds = new Dictionary<string, (string Token, List<double> Times)>
        {
            ["forged, of a user there is"] = (forgery.OfAnotherKey(bringsItAlong: false), []),
            ["forged, of a user there is not"] = (
                new TokenForgery(
                    forgery.Signed(payload: new Dictionary<string, JsonNode?> { ["sub"] = nobody }),
                    stranger
                ).Signed(),
                []
            ),
            ["changed, of a user there is not"] = (forgery.OldSignature("sub", nobody), []),
            ["of an unknown key"] = (forgery.Signed(new Dictionary<string, JsonNode?> { ["kid"] = "unknown" }), []),
        };

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, (token, times)) in kinds)
            {
                var started = Stopwatch.GetTimestamp();
                var (status, _) = await AskAsync(client, token);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                Assert.True(status == 401, $"{name}: {status}");
            }
        }

        var medians = kinds.ToDictionary(each => each.Key, each => each.Value.Times.Order().ElementAt(Rounds / 2));
        foreach (var (name, median) in medians)
        {
            output.WriteLine($"{name}: {median:N2} ms");
        }

        // The key id is public, so its time may differ; the user's may not.
        var secret = medians.Where(each => each.Key.Contains("user", StringComparison.Ordinal)).Select(e => e.Value);
        Assert.True(secret.Max() < Factor * secret.Min(), "The times of the refusals tell users apart.");
    }

    private static async Task<List<BadToken>> MakeAsync(
        ServerProcess server,
        HttpClient client,
        TestUser ann,
        TestIssuer issuer
    )
    {
        var bad = Forged("ours", new(ann.AccessToken, KeyOf(server)));
        bad.AddRange(Forged("the outside issuer's", new(issuer.TokenOf("eve", TimeSpan.FromMinutes(10)), issuer.Key)));
        bad.Add(
            new(
                "ours: of the outside issuer, with our key",
                OfIssuer(new(ann.AccessToken, KeyOf(server)), issuer.Issuer)
            )
        );
        bad.Add(
            new(
                "the outside issuer's: said to be ours",
                OfIssuer(new(issuer.TokenOf("eve", TimeSpan.FromMinutes(10)), issuer.Key), "connect")
            )
        );
        bad.Add(new("no token", ""));
        bad.Add(new("no JWT", "secret"));
        bad.Add(new("only dots", ".."));
        bad.Add(new("of 5,000 bytes", new('a', 5_000)));
        bad.Add(new("of 60,000 bytes", new('a', 60_000)));
        bad.Add(new("of 20,000 parts", string.Join('.', Enumerable.Repeat("a", 20_000))));

        var loggedOut = await TestUser.LoginAsync(client, "ann", TestUser.Password, Cancellation);
        await OkAsync(client, loggedOut.Request(HttpMethod.Delete, "/v1/tokens"));
        bad.Add(new("logged out", loggedOut.AccessToken));
        var revoked = await TestUser.LoginAsync(client, "ann", TestUser.Password, Cancellation);
        await OkAsync(client, ann.Request(HttpMethod.Delete, $"/v1/me/devices/{revoked.Device}"));
        bad.Add(new("of a revoked device", revoked.AccessToken));
        var gone = await TestUser.CreateAsync(client, "gone", Cancellation);
        await OkAsync(client, gone.Request(HttpMethod.Delete, "/v1/me", new { password = TestUser.Password }));
        bad.Add(new("of a deleted account", gone.AccessToken, Close: 4502));
        return bad;
    }

    private static List<BadToken> Forged(string whose, TokenForgery forgery)
    {
        using var rsa = RSA.Create(2048);
        BadToken Header(string name, string member, JsonNode? value) =>
            new($"{whose}: {name}", forgery.Signed(new Dictionary<string, JsonNode?> { [member] = value }));
        BadToken Claim(string name, string claim, JsonNode? value) =>
            new($"{whose}: {name}", forgery.Signed(payload: new Dictionary<string, JsonNode?> { [claim] = value }));
        return
        [
            new($"{whose}: of another key", forgery.OfAnotherKey(bringsItAlong: false)),
            new($"{whose}: of another key that it brings along", forgery.OfAnotherKey(bringsItAlong: true)),
            new($"{whose}: alg none", forgery.Algorithm("none", _ => [])),
            new($"{whose}: alg NoNe", forgery.Algorithm("NoNe", _ => [])),
            new($"{whose}: alg none with a signature", forgery.Algorithm("none", text => text[..64])),
            new($"{whose}: the public key as a secret", forgery.PublicKeyAsSecret(asText: false)),
            new($"{whose}: the public key's PEM as a secret", forgery.PublicKeyAsSecret(asText: true)),
            new(
                $"{whose}: RS256",
                forgery.Algorithm(
                    "RS256",
                    text => rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                )
            ),
            new($"{whose}: a changed claim", forgery.OldSignature("exp", 4_000_000_000)),
            Header("an unknown kid", "kid", "unknown"),
            Header("no kid", "kid", null),
            Header("a kid that is a path", "kid", "../../../../dev/null"),
            Header("an extension that must be understood", "crit", new JsonArray("exp")),
            Header("another type", "typ", "dpop+jwt"),
            Header("another algorithm over the right signature", "alg", "ES384"),
            Claim("another audience", "aud", "another"),
            Claim("another audience of several", "aud", new JsonArray("another", "third")),
            Claim("no audience", "aud", null),
            Claim("another issuer", "iss", "https://another.example"),
            Claim("no end", "exp", null),
            Claim("an end that is text", "exp", "tomorrow"),
            new($"{whose}: expired", forgery.Moved(TimeSpan.FromHours(-1)), 202, 4004),
            new($"{whose}: not yet valid", forgery.Moved(TimeSpan.FromHours(1))),
            new($"{whose}: half a signature", forgery.Truncated(3)),
            new($"{whose}: no signature", forgery.Truncated(2)),
            new($"{whose}: half a header", forgery.Truncated(1)),
        ];
    }

    private static string OfIssuer(TokenForgery forgery, string issuer) =>
        forgery.Signed(payload: new Dictionary<string, JsonNode?> { ["iss"] = issuer });

    private static ECDsa KeyOf(ServerProcess server)
    {
        var json = File.ReadAllBytes(Path.Combine(server.Folder, "data.keys"));
        var content = JsonSerializer.Deserialize(json, KeyFileJson.Default.KeyFileContent)!;
        return new TokenSigningKey(content.TokenSigning).CreateKey();
    }

    /// <summary>Says hello with it, many times at once; what was not as it should be.</summary>
    private static async Task<IEnumerable<string>> TryAllAsync(ServerProcess server, BadToken bad, string device)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Limit);
        var hello = JsonSerializer.Serialize(new { id = 1, hello = new { token = bad.Token, device_id = device } });
        var ends = await Task.WhenAll(
            Enumerable
                .Range(0, AtOnce)
                .Select(async _ =>
                {
                    await using var socket = await RawSocket.OpenAsync(server, Cancellation);
                    await socket.SendAsync(hello, Cancellation);
                    try
                    {
                        return await socket.ReadToEndAsync(limit.Token);
                    }
                    catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
                    {
                        return (Text: "nothing that ended it", Close: 0);
                    }
                })
        );
        return ends.Where(end =>
                end.Close != bad.Close || !end.Text.Contains($"\"code\":{bad.Code},", StringComparison.Ordinal)
            )
            .Select(end => $"{bad.Name}: hello was answered {end.Text} and {end.Close}")
            .Distinct();
    }

    private static async Task InBandAsync(TokenSocket living, BadToken bad, List<string> wrong)
    {
        await living.SendAsync(new { id = 9, auth = new { token = bad.Token } }, Cancellation);
        if (await living.NextAsync("err", Cancellation) is not { } error)
        {
            wrong.Add($"{bad.Name}: auth closed the session with {living.ClosedWith}");
        }
        else if (error.GetProperty("code").GetInt32() != bad.Code)
        {
            wrong.Add($"{bad.Name}: auth was answered {error}");
        }
    }

    private static async Task OverHttpAsync(HttpClient client, BadToken bad, List<string> wrong)
    {
        var (status, text) = await AskAsync(client, bad.Token);
        var isRight =
            status == bad.Status
            && (status == 431 || JsonDocument.Parse(text).RootElement.GetProperty("code").GetInt32() == bad.Code);
        if (!isRight)
        {
            wrong.Add($"{bad.Name}: over HTTP {status} {text}");
        }
    }

    private static async Task<(int Status, string Text)> AskAsync(HttpClient client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/me");
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token));
        using var answer = await client.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<TokenSocket> OpenAsync(ServerProcess server, TestUser user)
    {
        var socket = await TokenSocket.OpenAsync(server, user.AccessToken, user.Device, Cancellation);
        Assert.NotNull(await socket.NextAsync("welcome", Cancellation));
        return socket;
    }

    private static async Task OkAsync(HttpClient client, HttpRequestMessage request)
    {
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
