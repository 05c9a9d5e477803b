using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Xunit;

namespace Connect.Tests.Identity;

/// <summary>
/// Access tokens of an outside issuer, good and bad, and its keys when it is there and when it is
/// not.
/// </summary>
public sealed class ExternalTokenTests : IDisposable
{
    private readonly IdentityWorld _world = new(Options());

    private TestIssuer Issuer => _world.OutsideIssuer;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_token_of_the_issuer_is_that_of_a_user_and_of_no_device(string algorithm)
    {
        var token = Issuer.Sign(Issuer.Header(algorithm), Issuer.Payload());

        var result = await CheckAsync(token);

        Assert.True(result is { IsValid: true, IsExternal: true, Device.IsNone: true });
        Assert.Equal(_world.Time.GetUtcNow().AddSeconds(300).ToUnixTimeMilliseconds(), result.ExpiresAt);
        Assert.Equal(result, await CheckAsync(token));
        var account = await _world.Users.GetAsync(result.User, Cancel);
        Assert.Equal(new ExternalIdentity(TestIssuer.Issuer, "4711"), account!.External);
        Assert.Null(account.PasswordHash);
        Assert.Equal(2, Issuer.Asked.Count);
    }

    [Fact]
    public async Task The_same_subject_is_the_same_user_and_another_one_is_not()
    {
        var first = await CheckAsync(Issuer.Token());
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(first.User, (await CheckAsync(Issuer.Token())).User);
        Assert.NotEqual(first.User, (await CheckAsync(Issuer.Token("4712"))).User);
    }

    [Fact]
    public async Task Many_who_come_first_at_once_make_one_account()
    {
        var tokens = Enumerable
            .Range(0, 16)
            .Select(n =>
            {
                var payload = Issuer.Payload();
                payload["jti"] = $"token {n}";
                return Issuer.Sign(Issuer.Header(), payload);
            })
            .ToList();

        var users = await Task.WhenAll(tokens.Select(token => Task.Run(async () => (await CheckAsync(token)).User)));

        Assert.False(Assert.Single(users.Distinct()).IsNone);
        Assert.Equal(2, Issuer.Asked.Count);
    }

    [Fact]
    public async Task An_unknown_subject_is_nobody_unless_accounts_are_made()
    {
        using var world = new IdentityWorld(Options(creates: false));
        Assert.Equal(AccessTokenResult.Unauthenticated, await world.Tokens.ValidateAsync(world.OutsideIssuer.Token()));

        await world.Users.CreateAsync(
            new(UserId.NewRandom(), "eve", "eve", null, 1, false, 1) { External = new(TestIssuer.Issuer, "4711") }
        );
        Assert.True((await world.Tokens.ValidateAsync(world.OutsideIssuer.Token())).IsValid);
    }

    [Theory]
    [InlineData("Eve.1", "Eve.1")]
    [InlineData("taken", null)]
    [InlineData("eve@mail.example", null)]
    [InlineData(null, null)]
    public async Task A_new_account_has_the_name_of_the_token_where_it_may_and_is_free(string? wanted, string? given)
    {
        await _world.RegisterAsync("taken");
        var payload = Issuer.Payload();
        payload["preferred_username"] = wanted;

        var user = (await CheckAsync(Issuer.Sign(Issuer.Header(), payload))).User;

        var name = (await _world.Users.GetAsync(user, Cancel))!.Username;
        Assert.Equal(given ?? name, name);
        Assert.Equal(given is null, name.StartsWith("user-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("alg", "none")]
    [InlineData("alg", "RS384")]
    [InlineData("alg", "ES256")]
    [InlineData("typ", "id+jwt")]
    [InlineData("typ", null)]
    [InlineData("kid", "another")]
    [InlineData("kid", "ec-1")]
    [InlineData("kid", "oct-1")]
    [InlineData("kid", null)]
    public async Task Another_header_is_not_accepted(string name, string? value)
    {
        var header = Issuer.Header();
        header[name] = value;
        await RefusedAsync(Assemble(header, Issuer.Payload()));
    }

    [Theory]
    [InlineData("iss", "https://issuer.example/other")]
    [InlineData("iss", null)]
    [InlineData("aud", "another")]
    [InlineData("aud", null)]
    [InlineData("sub", "")]
    [InlineData("sub", null)]
    [InlineData("exp", null)]
    [InlineData("iat", null)]
    public async Task Another_claim_is_not_accepted(string name, string? value)
    {
        var payload = Issuer.Payload();
        payload[name] = value;
        await RefusedAsync(Issuer.Sign(Issuer.Header(), payload));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public async Task A_subject_has_255_characters_at_most(int length, bool isValid) =>
        Assert.Equal(isValid, (await CheckAsync(Issuer.Token(new string('s', length)))).IsValid);

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_given_up()
    {
        Issuer.IsSilent = true;
        var asking = CheckAsync(Issuer.Token()).AsTask();
        _world.Time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(asking.IsCompleted);
        _world.Time.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<IssuerUnreachableException>(() => asking.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    [Fact]
    public async Task What_must_be_understood_and_is_not_is_refused()
    {
        var header = Issuer.Header();
        header["crit"] = new JsonArray("exp2");
        await RefusedAsync(Issuer.Sign(header, Issuer.Payload()));
    }

    [Fact]
    public async Task The_public_key_as_a_shared_secret_is_not_accepted()
    {
        foreach (
            var secret in new[]
            {
                Issuer.Rsa.ExportSubjectPublicKeyInfo(),
                Encoding.ASCII.GetBytes(Issuer.Rsa.ExportSubjectPublicKeyInfoPem()),
                Issuer.Rsa.ExportRSAPublicKey(),
                new byte[32],
            }
        )
        {
            foreach (var kid in new[] { "rsa-1", "oct-1" })
            {
                var header = Issuer.Header();
                (header["alg"], header["kid"]) = ("HS256", kid);
                await RefusedAsync(
                    TokenForge.Assemble(header, Issuer.Payload(), text => HMACSHA256.HashData(secret, text))
                );
            }
        }
    }

    [Fact]
    public async Task Another_key_under_the_issuers_id_and_our_own_key_are_not_accepted()
    {
        using var other = RSA.Create(2048);
        await RefusedAsync(
            TokenForge.Assemble(
                Issuer.Header(),
                Issuer.Payload(),
                text => other.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            )
        );
        using var ours = _world.SigningKey.CreateKey();
        var header = Issuer.Header("ES256");
        header["kid"] = _world.SigningKey.KeyId;
        await RefusedAsync(TokenForge.Sign(header, Issuer.Payload(), ours));
    }

    [Fact]
    public async Task The_issuer_cannot_speak_for_users_of_ours()
    {
        // Its key, our issuer: the name decides by whose key it is checked.
        await _world.RegisterAsync("ann");
        var ann = await _world.LoginAsync("ann");
        var payload = Issuer.Payload(ann.User.ToString());
        (payload["iss"], payload["aud"], payload["device"]) = ("connect", "connect", ann.Device.ToString());
        await RefusedAsync(Issuer.Sign(Issuer.Header("ES256"), payload));

        // Its key, its issuer, our user's id as the subject: that is somebody else of that name.
        Assert.NotEqual(ann.User, (await CheckAsync(Issuer.Token(ann.User.ToString()))).User);
    }

    [Fact]
    public async Task A_token_of_the_past_is_expired_and_one_of_the_future_is_none()
    {
        var token = Issuer.Token();
        Assert.True((await CheckAsync(token)).IsValid);
        var future = Issuer.Payload();
        future["nbf"] = _world.Time.GetUtcNow().AddSeconds(31).ToUnixTimeSeconds();
        await RefusedAsync(Issuer.Sign(Issuer.Header(), future));
        future = Issuer.Payload();
        future["iat"] = _world.Time.GetUtcNow().AddSeconds(31).ToUnixTimeSeconds();
        await RefusedAsync(Issuer.Sign(Issuer.Header(), future));

        _world.Time.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal(AccessTokenResult.Expired, await CheckAsync(token));
    }

    [Fact]
    public async Task Unknown_keys_make_the_server_ask_once_in_a_while_and_a_new_key_is_found_by_it()
    {
        await CheckAsync(Issuer.Token());
        for (var i = 0; i < 50; i++)
        {
            var header = Issuer.Header();
            header["kid"] = $"invented-{i}";
            await RefusedAsync(Issuer.Sign(header, Issuer.Payload()));
        }

        Assert.Equal(2, Issuer.Asked.Count);
        Issuer.RsaKeyId = "rsa-2";
        await RefusedAsync(Issuer.Token());
        _world.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await CheckAsync(Issuer.Token())).IsValid);
        Assert.Equal(4, Issuer.Asked.Count);
    }

    [Fact]
    public async Task While_the_issuer_is_down_its_last_keys_serve()
    {
        await CheckAsync(Issuer.Token());
        Issuer.IsDown = true;
        _world.Time.Advance(TimeSpan.FromHours(2));

        Assert.True((await CheckAsync(Issuer.Token())).IsValid);
        Assert.Equal(3, Issuer.Asked.Count);
        Issuer.IsDown = false;
        _world.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await CheckAsync(Issuer.Token("2"))).IsValid);
        Assert.Equal(5, Issuer.Asked.Count);
    }

    [Fact]
    public async Task An_issuer_that_was_never_reached_says_nothing_of_its_tokens_yet()
    {
        Issuer.IsDown = true;
        var token = Issuer.Token();
        await Assert.ThrowsAsync<IssuerUnreachableException>(async () => await CheckAsync(token));
        await Assert.ThrowsAsync<IssuerUnreachableException>(async () => await CheckAsync(token));
        Assert.Single(Issuer.Asked);

        // Ours are not its business.
        await _world.RegisterAsync("ann");
        Assert.True((await CheckAsync((await _world.LoginAsync("ann")).AccessToken)).IsValid);
        Issuer.IsDown = false;
        _world.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await CheckAsync(token)).IsValid);
    }

    [Theory]
    [InlineData("another issuer")]
    [InlineData("keys over http")]
    [InlineData("too large")]
    [InlineData("no json")]
    [InlineData("redirect")]
    public async Task Documents_that_are_not_what_they_should_be_give_no_keys(string kind)
    {
        switch (kind)
        {
            case "another issuer":
                Issuer.DiscoveredIssuer = "https://evil.example";
                break;
            case "keys over http":
                Issuer.KeysUrl = "http://issuer.example/keys";
                break;
            case "too large":
                Issuer.Answer = () => new() { Content = new ByteArrayContent(new byte[IssuerDocuments.MaxBytes + 1]) };
                break;
            case "no json":
                Issuer.Answer = () => new() { Content = new StringContent("<html>") };
                break;
            default:
                Issuer.Answer = () =>
                    new(HttpStatusCode.Found) { Headers = { Location = new("https://evil.example") } };
                break;
        }

        await Assert.ThrowsAsync<IssuerUnreachableException>(async () => await CheckAsync(Issuer.Token()));
        Assert.Contains(_world.Log.Events, each => each.Text.Contains("keys", StringComparison.Ordinal));
        Assert.DoesNotContain(Issuer.Asked, each => each.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_set_gives_only_public_keys_that_are_strong_enough()
    {
        Assert.Throws<InvalidDataException>(() => IssuerDocuments.Parse("nonsense"));
        Assert.Empty(IssuerDocuments.Parse("""{"keys":[]}"""));
        using var weak = RSA.Create(1024);
        var key = weak.ExportParameters(false);
        var n = System.Buffers.Text.Base64Url.EncodeToString(key.Modulus);
        Assert.Empty(IssuerDocuments.Parse($$"""{"keys":[{"kty":"RSA","kid":"w","n":"{{n}}","e":"AQAB"}]}"""));
        Assert.Empty(IssuerDocuments.Parse("""{"keys":[{"kty":"oct","kid":"s","k":"AAAA"}]}"""));
    }

    [Fact]
    public void Of_a_key_set_the_first_64_keys_count()
    {
        var modulus = System.Buffers.Text.Base64Url.EncodeToString(Issuer.Rsa.ExportParameters(false).Modulus);
        var keys = Enumerable
            .Range(0, 70)
            .Select(n => $$"""{"kty":"RSA","kid":"k{{n}}","n":"{{modulus}}","e":"AQAB"}""");
        var read = IssuerDocuments.Parse($$"""{"keys":[{{string.Join(',', keys)}}]}""");
        Assert.Equal(64, read.Count);
        Assert.Contains("k63", read.Keys);
        Assert.DoesNotContain("k64", read.Keys);
    }

    [Fact]
    public async Task All_tokens_given_out_until_now_end_with_a_logout_everywhere()
    {
        var token = Issuer.Token();
        var user = (await CheckAsync(token)).User;
        _world.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.NotNull(await _world.Endings.LogoutAsync(user, default, Cancel));
        Assert.Null(await _world.Endings.LogoutEverywhereAsync(user, Cancel));

        await RefusedAsync(token);
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(user, (await CheckAsync(Issuer.Token())).User);
    }

    [Fact]
    public async Task The_device_that_a_client_states_becomes_known_and_its_end_ends_the_tokens()
    {
        var token = await CheckAsync(Issuer.Token());
        var device = DeviceId.NewRandom();
        Assert.True(await _world.Tokens.RegisterDeviceAsync(token, device, "app/1"));
        Assert.True(await _world.Tokens.RegisterDeviceAsync(token, device, "app/2"));
        Assert.Equal("app/1", Assert.Single(await _world.Users.ListDevicesAsync(token.User, Cancel)).Name);
        _world.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(await _world.Endings.RevokeAsync(token.User, device, Cancel));

        Assert.NotEqual(AccessTokenStatus.Valid, await _world.Tokens.RecheckAsync(token));
        Assert.True(Assert.Single(_world.Ended.All).Concerns(device));
    }

    [Fact]
    public async Task A_token_from_before_its_account_was_deleted_makes_no_new_one()
    {
        var old = Issuer.Token();
        var user = (await CheckAsync(old)).User;
        _world.Time.Advance(TimeSpan.FromSeconds(5));
        var account = await _world.Users.GetAsync(user, Cancel);
        var deletions = _world.Get<IDeletionStore>();
        await deletions.BeginAsync(
            account! with
            {
                Disabled = true,
                DeletingSince = _world.Time.GetUtcNow().ToUnixTimeMilliseconds(),
                Version = account.Version + 1,
            }
        );
        await deletions.DeleteAccountAsync(user);
        _world.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(AccessTokenResult.AccountDisabled, await CheckAsync(old));
        var accounts = _world.Get<ExternalAccounts>();
        var identity = new ExternalIdentity(TestIssuer.Issuer, "4711");
        var before = account.DeletingSince + _world.Time.GetUtcNow().AddSeconds(-10).ToUnixTimeMilliseconds();
        Assert.True((await accounts.FindOrCreateAsync(identity, before, null)).IsNone);
        var fresh = (await CheckAsync(Issuer.Token())).User;
        Assert.False(fresh.IsNone);
        Assert.NotEqual(user, fresh);
    }

    [Theory]
    [InlineData("https://a", "", "chat", "Audience")]
    [InlineData("connect", "https://k", "chat", "Issuer")]
    [InlineData("http://a.example", "", "chat", "Issuer")]
    [InlineData("https://a", "http://k.example", "chat", "KeysUrl")]
    [InlineData("http://127.0.0.1:1", "", "chat", null)]
    [InlineData("anything", "https://k", "chat", null)]
    public void Settings_that_would_let_others_in_are_refused(string issuer, string keys, string audience, string? bad)
    {
        var options = new ExternalOptions
        {
            Issuer = issuer,
            KeysUrl = keys,
            Audience = bad == "Audience" ? "" : audience,
        };
        Assert.Equal(bad, options.FindProblems("connect").Select(each => each.Name).FirstOrDefault());
        options.Algorithms.Add("HS256");
        Assert.Contains(options.FindProblems("connect"), each => each.Name == "Algorithms");
    }

    private static IdentityOptions Options(bool creates = true) =>
        new()
        {
            External = new()
            {
                Issuer = TestIssuer.Issuer,
                Audience = TestIssuer.Audience,
                CreateAccounts = creates,
            },
        };

    private string Assemble(JsonObject header, JsonObject payload) =>
        TokenForge.Assemble(
            header,
            payload,
            text =>
                header["alg"]!.GetValue<string>() == "none"
                    ? []
                    : Issuer.Rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );

    private ValueTask<AccessTokenResult> CheckAsync(string token) => _world.Tokens.ValidateAsync(token);

    private async Task RefusedAsync(string token) =>
        Assert.Equal(AccessTokenResult.Unauthenticated, await CheckAsync(token));
}
