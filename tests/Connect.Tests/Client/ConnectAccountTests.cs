using System.Net;
using System.Text;
using System.Text.Json;
using Connect.Client;
using Connect.Client.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Client;

/// <summary>Logging in, and tokens that rotate.</summary>
public sealed class ConnectAccountTests : IAsyncDisposable
{
    private readonly SleepingTime _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly MemoryConnectStore _store = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Logging_in_remembers_user_device_and_refresh_token()
    {
        using var server = new TokenServer(_time);
        using var account = await ConnectAccount.LoginAsync(Options(server), "alice", "secret", "laptop", Cancelled);
        Assert.Equal(("u-1", "d-1", "alice"), (account.User, account.Device, account.Username));
        var stored = await _store.LoadAsync(Cancelled);
        Assert.Equal(new StoredAccount("u-1", "alice", "d-1"), stored.Account);
        Assert.Equal("refresh-1", stored.RefreshToken);
        Assert.Equal("laptop", server.Bodies[0].GetProperty("device_name").GetString());
    }

    [Fact]
    public async Task A_device_that_is_known_stays_that_device_at_the_next_login()
    {
        using var server = new TokenServer(_time);
        (await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled)).Dispose();
        (await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled)).Dispose();
        Assert.False(server.Bodies[0].TryGetProperty("device_id", out _));
        Assert.Equal("d-1", server.Bodies[1].GetProperty("device_id").GetString());
    }

    [Fact]
    public async Task An_access_token_serves_until_it_is_nearly_over()
    {
        using var server = new TokenServer(_time);
        using var account = await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled);
        Assert.Equal("access-1", (await account.GetTokenAsync(false, Cancelled)).Value);
        _time.Advance(TimeSpan.FromMinutes(13));
        Assert.Equal("access-1", (await account.GetTokenAsync(false, Cancelled)).Value);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("access-2", (await account.GetTokenAsync(false, Cancelled)).Value);
        Assert.Equal("refresh-1", server.Bodies[1].GetProperty("refresh_token").GetString());
    }

    [Theory]
    [InlineData(20)]
    [InlineData(180)]
    [InlineData(-180)]
    public async Task A_clock_of_this_device_that_is_wrong_does_not_make_a_token_last_shorter_or_longer(int minutes)
    {
        using var server = new TokenServer(_time) { Ahead = TimeSpan.FromMinutes(minutes) };
        using var account = await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled);
        _time.Advance(TimeSpan.FromMinutes(13));
        Assert.Equal("access-1", (await account.GetTokenAsync(false, Cancelled)).Value);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("access-2", (await account.GetTokenAsync(false, Cancelled)).Value);
    }

    [Fact]
    public async Task The_next_refresh_token_is_remembered_before_it_is_used()
    {
        using var server = new TokenServer(_time);
        using var account = await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled);
        for (var round = 2; round < 6; round++)
        {
            server.BeforeAnswer = async body =>
            {
                var known = (await _store.LoadAsync(CancellationToken.None)).RefreshToken;
                Assert.Equal(known, body.GetProperty("refresh_token").GetString());
            };
            Assert.Equal($"access-{round}", (await account.GetTokenAsync(true, Cancelled)).Value);
            Assert.Equal($"refresh-{round}", (await _store.LoadAsync(Cancelled)).RefreshToken);
        }
    }

    [Fact]
    public async Task Many_who_ask_at_once_cause_one_refresh()
    {
        using var server = new TokenServer(_time);
        using var account = await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled);
        _time.Advance(TimeSpan.FromMinutes(15));
        var asked = Enumerable.Range(0, 20).Select(_ => account.GetTokenAsync(false, Cancelled).AsTask()).ToList();
        var tokens = await Task.WhenAll(asked);
        Assert.All(tokens, token => Assert.Equal("access-2", token.Value));
        Assert.Equal(2, server.Bodies.Count);
    }

    [Fact]
    public async Task A_later_process_goes_on_with_what_is_remembered()
    {
        using var server = new TokenServer(_time);
        Assert.Null(await ConnectAccount.OpenAsync(Options(server), Cancelled));
        (await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled)).Dispose();
        using var later = await ConnectAccount.OpenAsync(Options(server), Cancelled);
        Assert.Equal(("u-1", "d-1", "alice"), (later!.User, later.Device, later.Username));
        Assert.Equal("access-2", (await later.GetTokenAsync(false, Cancelled)).Value);
    }

    [Fact]
    public async Task A_store_of_another_user_is_not_taken_over()
    {
        await _store.SaveAsync(new StoreBatch { Account = new("u-2", "bob", "d-9") }, true, Cancelled);
        using var server = new TokenServer(_time);
        var error = await Assert.ThrowsAsync<ConnectException>(() =>
            ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled)
        );
        Assert.Equal(ErrorCode.Forbidden, error.Code);
        Assert.Equal("u-2", (await _store.LoadAsync(Cancelled)).Account.User);
    }

    [Fact]
    public async Task A_refusal_has_the_number_and_the_sentence_of_the_server()
    {
        using var server = new TokenServer(_time) { Status = HttpStatusCode.Unauthorized };
        var error = await Assert.ThrowsAsync<ConnectException>(() =>
            ConnectAccount.LoginAsync(Options(server), "alice", "wrong", null, Cancelled)
        );
        Assert.Equal(ErrorCode.Unauthenticated, error.Code);
        Assert.False(error.Retryable);
        Assert.Equal("Name or password is wrong.", error.Message);
    }

    [Fact]
    public async Task A_proxy_that_answers_for_the_server_is_a_passing_fault()
    {
        using var server = new TokenServer(_time) { Status = HttpStatusCode.BadGateway, Plain = "<html>" };
        var error = await Assert.ThrowsAsync<ConnectException>(() =>
            ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled)
        );
        Assert.Equal(ErrorCode.Unavailable, error.Code);
        Assert.True(error.Retryable);
    }

    [Fact]
    public async Task Logging_out_forgets_the_token_once_the_server_was_told()
    {
        using var server = new TokenServer(_time);
        using var account = await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled);
        server.Status = HttpStatusCode.ServiceUnavailable;
        await Assert.ThrowsAsync<ConnectException>(() => account.LogoutAsync(Cancelled));
        Assert.Equal("refresh-1", (await _store.LoadAsync(Cancelled)).RefreshToken);

        server.Status = HttpStatusCode.OK;
        await account.LogoutAsync(Cancelled);
        Assert.Equal("DELETE /v1/tokens Bearer access-1", server.Asked[^1]);
        Assert.Equal("", (await _store.LoadAsync(Cancelled)).RefreshToken);
        var error = await Assert.ThrowsAsync<ConnectException>(() => account.GetTokenAsync(true, Cancelled).AsTask());
        Assert.Equal(ErrorCode.Unauthenticated, error.Code);
    }

    [Fact]
    public async Task Logging_out_of_a_login_that_has_ended_forgets_it()
    {
        using var server = new TokenServer(_time);
        using var account = await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled);
        _time.Advance(TimeSpan.FromHours(1));
        server.Status = HttpStatusCode.Unauthorized;
        await account.LogoutAsync(Cancelled);
        Assert.Equal("", (await _store.LoadAsync(Cancelled)).RefreshToken);
    }

    [Fact]
    public async Task After_the_device_slept_a_token_that_has_ended_is_renewed_although_the_steady_clock_stood_still()
    {
        using var server = new TokenServer(_time);
        using var account = await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled);
        _time.Slept += TimeSpan.FromHours(8);
        await account.LogoutAsync(everywhere: true, Cancelled);
        Assert.Equal(["DELETE /v1/tokens?everywhere=true Bearer access-2"], server.Asked);
        Assert.Equal("", (await _store.LoadAsync(Cancelled)).RefreshToken);
    }

    [Fact]
    public async Task A_token_that_has_ended_sooner_than_it_seems_is_renewed_once()
    {
        using var server = new TokenServer(_time);
        using var account = await ConnectAccount.LoginAsync(Options(server), "alice", "secret", null, Cancelled);
        server.Ended.Add("access-1");
        Assert.Empty(await account.ListDevicesAsync(Cancelled));
        Assert.Equal(["GET /v1/me/devices Bearer access-1", "GET /v1/me/devices Bearer access-2"], server.Asked);

        server.Ended.UnionWith(["access-2", "access-3", "access-4"]);
        var calls = new Func<Task>[]
        {
            () => account.RevokeDeviceAsync("d-2", Cancelled),
            () => account.ChangePasswordAsync("old", "new", Cancelled),
            () => account.ExportAsync(Stream.Null, Cancelled),
            () => account.DeleteAsync("secret", Cancelled),
            () => account.LogoutAsync(Cancelled),
        };
        foreach (var call in calls)
        {
            server.Asked.Clear();
            server.Ended.UnionWith(Enumerable.Range(1, 100).Select(number => $"access-{number}"));
            var error = await Assert.ThrowsAsync<ConnectException>(call);
            Assert.Equal(ErrorCode.TokenExpired, error.Code);
            Assert.Equal(2, server.Asked.Count);
        }

        // The login is in force, so what could end it is kept.
        Assert.NotEqual("", (await _store.LoadAsync(Cancelled)).RefreshToken);
    }

    private ConnectOptions Options(TokenServer server) =>
        new("wss://server.test/v1/connect")
        {
            HttpHandler = server,
            TimeProvider = _time,
            Store = _store,
        };

    /// <summary>A device whose steady clock stands still while it sleeps.</summary>
    private sealed class SleepingTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        public TimeSpan Slept { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Slept;
    }

    /// <summary>Gives the next pair of tokens each time.</summary>
    private sealed class TokenServer(SleepingTime time) : HttpMessageHandler
    {
        private int _given;

        public List<JsonElement> Bodies { get; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public string? Plain { get; init; }

        /// <summary>How far the clock of the device is ahead of that of the server.</summary>
        public TimeSpan Ahead { get; init; }

        /// <summary>Calls with a token.</summary>
        public List<string> Asked { get; } = [];

        /// <summary>Access tokens that it takes for ended.</summary>
        public HashSet<string> Ended { get; } = [];

        public Func<JsonElement, Task>? BeforeAnswer { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (request.Headers.Authorization is { } bearer)
            {
                Asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery} {bearer}");
                return Ended.Contains(bearer.Parameter!)
                    ? Answer("""{"code":202,"title":"t","detail":"It has ended."}""", HttpStatusCode.Unauthorized)
                    : Answer("""{"devices":[]}""");
            }

            Assert.Equal("https://server.test/v1/tokens", request.RequestUri!.ToString());
            var text = await request.Content!.ReadAsStringAsync(cancellationToken);
            var body = JsonDocument.Parse(text).RootElement;
            Bodies.Add(body);
            await (BeforeAnswer?.Invoke(body) ?? Task.CompletedTask);
            if (Status != HttpStatusCode.OK)
            {
                return Answer(Plain ?? """{"code":201,"title":"t","detail":"Name or password is wrong."}""");
            }

            var number = ++_given;
            var expires = (time.GetUtcNow() - Ahead).AddMinutes(15).ToUnixTimeMilliseconds();
            return Answer(
                $$"""
                {"access_token":"access-{{number}}","expires_at":{{expires}},"refresh_token":"refresh-{{number}}",
                 "user":"u-1","device":"d-1"}
                """
            );
        }

        private HttpResponseMessage Answer(string text, HttpStatusCode? status = null) =>
            new(status ?? Status)
            {
                Headers = { Date = time.GetUtcNow() - Ahead },
                Content = new StringContent(text, Encoding.UTF8, "application/json"),
            };
    }
}
