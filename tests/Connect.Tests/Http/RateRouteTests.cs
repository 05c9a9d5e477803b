using System.Net;
using System.Text.Json;
using Connect.Doors.Limits;
using Connect.Http.Pipeline;
using Connect.Tests.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>429 with a time to wait, for each limit of the HTTP side.</summary>
public sealed class RateRouteTests
{
    [Fact]
    public async Task Registrations_of_an_address_have_a_limit()
    {
        await using var http = await StartAsync(rates => rates.RegistrationsPerAddress = 2);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                HttpStatusCode.Created,
                (await http.SendAsync("POST", "/v1/accounts", Account($"anna{i}"))).Status
            );
        }

        AssertSlow(await http.SendAsync("POST", "/v1/accounts", Account("anna2")), seconds: 1800);
        http.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(HttpStatusCode.Created, (await http.SendAsync("POST", "/v1/accounts", Account("anna2"))).Status);
    }

    [Fact]
    public async Task A_password_cannot_be_guessed_fast_and_one_who_knows_it_loses_nothing()
    {
        await using var http = await StartAsync(rates => rates.FailedLoginsPerUsername = 3);
        await http.SendAsync("POST", "/v1/accounts", Account("anna"));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await LoginAsync(http, "anna", IdentityWorld.Password)).Status);
        }

        // Also for a name that nobody has: the answers tell nothing.
        foreach (var name in new[] { "anna", "nobody" })
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await LoginAsync(http, name, "wrong password")).Status);
            }

            AssertSlow(await LoginAsync(http, name.ToUpperInvariant(), "wrong password"), seconds: 1200);
        }

        AssertSlow(await LoginAsync(http, "anna", IdentityWorld.Password), seconds: 1200);
        http.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(http, "anna", IdentityWorld.Password)).Status);
    }

    [Theory]
    [InlineData(nameof(RateOptions.LoginsPerAddress), 30)]
    [InlineData(nameof(RateOptions.FailedLoginsPerAddress), 1800)]
    public async Task Logins_of_an_address_have_a_limit_whatever_the_names(string limit, int seconds)
    {
        await using var http = await StartAsync(rates => Set(rates, limit, 2));
        await LoginAsync(http, "one", "wrong password");
        await LoginAsync(http, "two", "wrong password");
        AssertSlow(await LoginAsync(http, "three", "wrong password"), seconds);
    }

    [Fact]
    public async Task Sixty_who_log_in_with_the_right_password_at_once_all_get_in()
    {
        await using var http = await StartAsync(_ => { });
        await http.SendAsync("POST", "/v1/accounts", Account("anna"));
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(_ => LoginAsync(http, "anna", IdentityWorld.Password))
        );
        Assert.DoesNotContain(answers, answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.DoesNotContain(http.Log.Events, each => each.Event.Id == 1852);
    }

    [Fact]
    public async Task Of_a_storm_of_wrong_passwords_at_once_no_more_are_checked_than_the_limit()
    {
        await using var http = await StartAsync(rates => rates.FailedLoginsPerUsername = 5);
        await http.SendAsync("POST", "/v1/accounts", Account("anna"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => LoginAsync(http, "anna", "wrong horse")));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized));
        Assert.Equal(35, answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests));
        Assert.Equal(5, http.Log.Events.Count(each => each.Event.Id == 1852));
        Assert.All(http.Log.Events, each => Assert.DoesNotContain("anna", each.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refreshes_of_an_address_have_a_limit()
    {
        await using var http = await StartAsync(rates => rates.RefreshesPerAddress = 1);
        const string Body = """{"grant":"refresh","refresh_token":"none"}""";
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.SendAsync("POST", "/v1/tokens", Body)).Status);
        AssertSlow(await http.SendAsync("POST", "/v1/tokens", Body), seconds: 60);
    }

    [Theory]
    [InlineData(nameof(RateOptions.LookupsPerUser), "/v1/users?username=anna")]
    [InlineData(nameof(RateOptions.ReadsPerUser), "/v1/conversations")]
    [InlineData(nameof(RateOptions.ReadsPerUser), "/v1/conversations/x/entries")]
    [InlineData(nameof(RateOptions.RequestsPerUser), "/v1/me")]
    public async Task Requests_of_a_user_have_limits_and_another_user_of_the_address_his_own(string limit, string path)
    {
        await using var http = await StartAsync(rates => Set(rates, limit, 2));
        var (anna, bert) = (await http.LoginAsync("anna"), await http.LoginAsync("bert"));
        for (var i = 0; i < 2; i++)
        {
            Assert.NotEqual(
                HttpStatusCode.TooManyRequests,
                (await http.SendAsync("GET", path, token: anna.Token)).Status
            );
        }

        AssertSlow(await http.SendAsync("GET", path, token: anna.Token), seconds: 30);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await http.SendAsync("GET", path, token: bert.Token)).Status);
    }

    [Fact]
    public async Task Sends_over_HTTP_count_with_those_of_the_sessions()
    {
        await using var http = await StartAsync(rates => rates.SendBurst = 1);
        var (anna, bert) = (await http.LoginAsync("anna"), await http.LoginAsync("bert"));
        var answer = await http.SendAsync("GET", "/v1/users?username=bert", token: anna.Token);
        var direct = answer.Json.GetProperty("direct").GetString();
        Task<HttpAnswer> SendAsync() =>
            http.SendAsync(
                "POST",
                $"/v1/conversations/{direct}/messages",
                JsonSerializer.Serialize(new { text = "x", to = bert.User }),
                anna.Token,
                ("Idempotency-Key", Guid.CreateVersion7(http.Time.GetUtcNow()).ToString())
            );
        Assert.Equal(HttpStatusCode.Created, (await SendAsync()).Status);
        AssertSlow(await SendAsync(), seconds: 1);
    }

    [Fact]
    public async Task Requests_of_an_address_have_a_limit_but_not_the_probes_of_health()
    {
        await using var http = await StartAsync(
            rates => rates.RequestsPerAddress = 2,
            map: routes => routes.MapGet("/healthz/ready", () => "ready")
        );
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await http.SendAsync("GET", "/healthz/ready")).Status);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.SendAsync("GET", "/v1/me")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync("GET", "/nothing")).Status);
        AssertSlow(await http.SendAsync("GET", "/v1/me"), seconds: 30);
    }

    [Fact]
    public async Task A_route_has_the_rate_it_names()
    {
        await using var http = await StartAsync(
            rates => rates.ExportsPerUser = 1,
            map: routes => routes.MapGet("/v1/test", () => "x").NeedsBearer().LimitedBy(HttpRate.Exports)
        );
        var anna = await http.LoginAsync("anna");
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync("GET", "/v1/test", token: anna.Token)).Status);
        AssertSlow(await http.SendAsync("GET", "/v1/test", token: anna.Token), seconds: 3600);
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync("GET", "/v1/me", token: anna.Token)).Status);
    }

    [Theory]
    [InlineData("https://app.example", true)]
    [InlineData("https://evil.example", false)]
    public async Task Pages_of_an_allowed_origin_may_read_the_answers(string origin, bool allowed)
    {
        await using var http = await HttpPipeline.StartAsync(services =>
            services.Configure<GatewayOptions>(options => options.AllowedOrigins.Add("https://app.example/"))
        );
        var answer = await http.SendAsync("GET", "/v1/me", null, null, ("Origin", origin));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal(allowed ? origin : "", answer.Headers.AccessControlAllowOrigin.ToString());
        Assert.Equal("", answer.Headers.AccessControlAllowCredentials.ToString());
        var preflight = await http.SendAsync(
            "OPTIONS",
            "/v1/tokens",
            null,
            null,
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type,authorization")
        );
        Assert.Equal(allowed ? origin : "", preflight.Headers.AccessControlAllowOrigin.ToString());
    }

    [Fact]
    public async Task Without_an_allowed_origin_no_answer_speaks_of_origins()
    {
        await using var http = await HttpPipeline.StartAsync();
        var answer = await http.SendAsync("GET", "/v1/me", null, null, ("Origin", "https://chat.example"));
        Assert.DoesNotContain(
            answer.Headers,
            header => header.Key.StartsWith("Access-Control", StringComparison.Ordinal)
        );
    }

    private static Task<HttpPipeline> StartAsync(
        Action<RateOptions> configure,
        Action<Microsoft.AspNetCore.Routing.IEndpointRouteBuilder>? map = null
    ) => HttpPipeline.StartAsync(services => services.Configure(configure), map);

    private static void Set(RateOptions rates, string limit, int value) =>
        typeof(RateOptions).GetProperty(limit)!.SetValue(rates, value);

    private static string Account(string username) =>
        JsonSerializer.Serialize(new { username, password = IdentityWorld.Password });

    private static Task<HttpAnswer> LoginAsync(HttpPipeline http, string username, string password) =>
        http.SendAsync(
            "POST",
            "/v1/tokens",
            JsonSerializer.Serialize(
                new
                {
                    grant = "password",
                    username,
                    password,
                }
            )
        );

    private static void AssertSlow(HttpAnswer answer, int seconds)
    {
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.Equal(401, answer.Json.GetProperty("code").GetInt32());
        Assert.Equal($"{seconds}", answer.Headers.RetryAfter.ToString());
        Assert.Equal(seconds * 1000L, answer.Json.GetProperty("retry_after_ms").GetInt64());
    }
}
