using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Connect.Accounts.Identity;
using Connect.Contracts.Identifiers;
using Xunit;

namespace Connect.Tests.Identity;

public sealed class AccessTokenTests : IDisposable
{
    private readonly IdentityWorld _world = new();
    private readonly TokenForge _forge;

    public AccessTokenTests() => _forge = new(_world);

    [Fact]
    public async Task What_is_issued_is_valid_for_15_minutes_and_then_expired()
    {
        var (user, device) = (UserId.NewRandom(), DeviceId.NewRandom());
        var (token, expiresAt) = _world.Issuer.Issue(user, device, 7);
        var issuedAt = _world.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(
            AccessTokenResult.Valid(user, device, expiresAt) with
            {
                Login = 7,
                IssuedAt = issuedAt,
            },
            await CheckAsync(token)
        );
        Assert.Equal(_world.Time.GetUtcNow().AddMinutes(15).ToUnixTimeMilliseconds(), expiresAt);

        _world.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.True((await CheckAsync(token)).IsValid);
        _world.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(AccessTokenResult.Expired, await CheckAsync(token));
    }

    [Fact]
    public async Task An_expired_token_seen_for_the_first_time_is_expired()
    {
        var (token, _) = _world.Issuer.Issue(UserId.NewRandom(), DeviceId.NewRandom(), 7);
        _world.Time.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(AccessTokenResult.Expired, await CheckAsync(token));
    }

    [Fact]
    public async Task A_token_made_by_hand_with_the_key_is_valid() =>
        Assert.True((await CheckAsync(_forge.Sign(_forge.Header(), _forge.Payload()))).IsValid);

    [Theory]
    [InlineData("alg", "ES384")]
    [InlineData("alg", "RS256")]
    [InlineData("typ", "JWT")]
    [InlineData("typ", null)]
    [InlineData("kid", "another")]
    [InlineData("kid", null)]
    [InlineData("crit", "exp")]
    public async Task Another_header_is_not_accepted_though_the_key_is_right(string name, string? value)
    {
        var header = _forge.Header();
        Set(header, name, value);
        Assert.Equal(AccessTokenResult.Unauthenticated, await CheckAsync(_forge.Sign(header, _forge.Payload())));
    }

    [Theory]
    [InlineData("iss", "somebody")]
    [InlineData("iss", null)]
    [InlineData("aud", "something")]
    [InlineData("aud", null)]
    [InlineData("sub", "not an id")]
    [InlineData("sub", null)]
    [InlineData("device", null)]
    [InlineData("login", null)]
    [InlineData("login", "not an id")]
    [InlineData("login", "AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("iat", null)]
    [InlineData("exp", null)]
    public async Task Another_claim_is_not_accepted_though_the_key_is_right(string name, string? value)
    {
        var payload = _forge.Payload();
        Set(payload, name, value);
        Assert.Equal(AccessTokenResult.Unauthenticated, await CheckAsync(_forge.Sign(_forge.Header(), payload)));
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(31, false)]
    public async Task A_clock_ahead_of_ours_is_borne_with_for_30_seconds(int seconds, bool isValid)
    {
        var payload = _forge.Payload();
        payload["nbf"] = _world.Time.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();
        Assert.Equal(isValid, (await CheckAsync(_forge.Sign(_forge.Header(), payload))).IsValid);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    public async Task An_unsigned_token_is_not_accepted(string algorithm)
    {
        var header = _forge.Header();
        header["alg"] = algorithm;
        Assert.Equal(
            AccessTokenResult.Unauthenticated,
            await CheckAsync(TokenForge.Assemble(header, _forge.Payload(), _ => []))
        );
    }

    [Fact]
    public async Task The_public_key_as_an_HMAC_secret_is_not_accepted()
    {
        using var key = _world.SigningKey.CreateKey();
        var header = _forge.Header();
        header["alg"] = "HS256";
        foreach (
            var secret in new[]
            {
                key.ExportSubjectPublicKeyInfo(),
                Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()),
            }
        )
        {
            var token = TokenForge.Assemble(header, _forge.Payload(), text => HMACSHA256.HashData(secret, text));
            Assert.Equal(AccessTokenResult.Unauthenticated, await CheckAsync(token));
        }
    }

    [Fact]
    public async Task Another_key_under_our_key_id_or_in_the_token_itself_is_not_accepted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(
            AccessTokenResult.Unauthenticated,
            await CheckAsync(TokenForge.Sign(_forge.Header(), _forge.Payload(), key))
        );

        var header = _forge.Header();
        var point = key.ExportParameters(false).Q;
        header["jwk"] = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = System.Buffers.Text.Base64Url.EncodeToString(point.X),
            ["y"] = System.Buffers.Text.Base64Url.EncodeToString(point.Y),
        };
        Assert.Equal(
            AccessTokenResult.Unauthenticated,
            await CheckAsync(TokenForge.Sign(header, _forge.Payload(), key))
        );
    }

    [Fact]
    public async Task A_changed_character_makes_a_token_worthless()
    {
        var (token, _) = _world.Issuer.Issue(UserId.NewRandom(), DeviceId.NewRandom(), 7);
        Assert.True((await CheckAsync(token)).IsValid);
        for (var at = 0; at < token.Length; at += 7)
        {
            var changed = token.ToCharArray();
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            Assert.False((await CheckAsync(new string(changed))).IsValid, $"changed at {at}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("not a token")]
    public async Task What_is_no_token_is_not_accepted(string token) =>
        Assert.Equal(AccessTokenResult.Unauthenticated, await CheckAsync(token));

    [Fact]
    public async Task A_token_of_many_bytes_is_not_looked_at() =>
        Assert.Equal(AccessTokenResult.Unauthenticated, await CheckAsync(new string('a', 100_000)));

    [Fact]
    public async Task Forgetting_tokens_only_costs_time()
    {
        using var world = new IdentityWorld(new() { RememberedTokens = 4 });
        var tokens = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            await world.RegisterAsync($"user{i}");
            tokens.Add((await world.LoginAsync($"user{i}")).AccessToken);
        }

        for (var round = 0; round < 3; round++)
        {
            foreach (var token in tokens)
            {
                Assert.True((await world.Tokens.ValidateAsync(token)).IsValid);
            }
        }
    }

    public void Dispose() => _world.Dispose();

    private ValueTask<AccessTokenResult> CheckAsync(string token) => _world.OwnTokens.ValidateAsync(token);

    private static void Set(JsonObject json, string name, string? value)
    {
        json.Remove(name);
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
