using System.Net;
using System.Text.Json;
using Xunit;

namespace Connect.Tests.Http;

public sealed class AccountRouteTests
{
    private const string Ann = """{"username":"Ann","password":"correct horse"}""";

    [Fact]
    public async Task Register_log_in_ask_who_I_am_refresh_and_log_out()
    {
        await using var http = await HttpPipeline.StartAsync();
        var registered = await http.SendAsync("POST", "/v1/accounts", Ann);
        Assert.Equal(HttpStatusCode.Created, registered.Status);
        var user = registered.Json.GetProperty("user").GetString();

        var login = await http.SendAsync(
            "POST",
            "/v1/tokens",
            """{"grant":"password","username":"ann","password":"correct horse","device_name":"laptop"}"""
        );
        Assert.Equal(HttpStatusCode.OK, login.Status);
        Assert.Equal("no-store", login.Headers.CacheControl.ToString());
        var access = login.Json.GetProperty("access_token").GetString();
        var me = (await http.SendAsync("GET", "/v1/me", token: access)).Json;
        Assert.Equal(
            (user, "Ann", login.Json.GetProperty("device").GetString()),
            (
                me.GetProperty("user").GetString(),
                me.GetProperty("username").GetString(),
                me.GetProperty("device").GetString()
            )
        );

        var refresh = await RefreshAsync(http, login.Json);
        Assert.Equal(HttpStatusCode.OK, refresh.Status);
        Assert.Equal(HttpStatusCode.NoContent, (await http.SendAsync("DELETE", "/v1/tokens", token: access)).Status);
        (await RefreshAsync(http, refresh.Json)).Problem(ErrorCode.Unauthenticated);
    }

    [Fact]
    public async Task A_taken_username_is_a_conflict_of_that_field()
    {
        await using var http = await HttpPipeline.StartAsync();
        await http.SendAsync("POST", "/v1/accounts", Ann);
        var problem = (await http.SendAsync("POST", "/v1/accounts", Ann)).Problem(ErrorCode.Conflict);
        Assert.Equal("username", problem.GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("""{"grant":"password","username":"ann"}""", "password")]
    [InlineData("""{"grant":"password","password":"x"}""", "username")]
    [InlineData("""{"grant":"refresh"}""", "refresh_token")]
    [InlineData("""{"grant":"client_credentials"}""", "grant")]
    [InlineData("""{"grant":"password","username":"a","password":"b","device_id":"?"}""", "device_id")]
    public async Task An_incomplete_grant_names_the_field(string body, string field)
    {
        await using var http = await HttpPipeline.StartAsync();
        var problem = (await http.SendAsync("POST", "/v1/tokens", body)).Problem(ErrorCode.Invalid);
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Without_a_token_or_with_a_bad_or_old_one_nobody_is_somebody()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (token, _) = await http.LoginAsync("ann");
        var without = await http.SendAsync("GET", "/v1/me");
        without.Problem(ErrorCode.Unauthenticated);
        Assert.StartsWith("Bearer", without.Headers.WWWAuthenticate.ToString(), StringComparison.Ordinal);
        (await http.SendAsync("GET", "/v1/me", token: token + "x")).Problem(ErrorCode.Unauthenticated);
        (await http.SendAsync("GET", "/v1/me", null, null, ("Authorization", "Basic " + token))).Problem(
            ErrorCode.Unauthenticated
        );
        http.Time.Advance(TimeSpan.FromMinutes(15));
        (await http.SendAsync("GET", "/v1/me", token: token)).Problem(ErrorCode.TokenExpired);
    }

    [Fact]
    public async Task A_body_is_not_read_for_a_stranger()
    {
        await using var http = await HttpPipeline.StartAsync();
        (await http.SendAsync("POST", "/v1/conversations/x/messages", "{")).Problem(ErrorCode.Unauthenticated);
    }

    [Fact]
    public async Task A_user_is_found_by_the_exact_name_in_any_case_and_by_nothing_less()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (ann, annId) = await http.LoginAsync("ann");
        var (bob, bobId) = await http.LoginAsync("bob");
        var found = (await http.SendAsync("GET", "/v1/users?username=BOB", token: ann)).Json;
        Assert.Equal((bobId, "bob"), (Text(found, "id"), Text(found, "username")));
        var back = (await http.SendAsync("GET", "/v1/users?username=ann", token: bob)).Json;
        Assert.Equal(annId, Text(back, "id"));
        Assert.Equal(Text(back, "direct"), Text(found, "direct"));
        Assert.False(
            (await http.SendAsync("GET", "/v1/users?username=ann", token: ann)).Json.TryGetProperty("direct", out _)
        );
        foreach (var name in new[] { "bo", "bobb", "b%25", "bo_", "!" })
        {
            (await http.SendAsync("GET", $"/v1/users?username={name}", token: ann)).Problem(ErrorCode.NotFound);
        }

        (await http.SendAsync("GET", "/v1/users", token: ann)).Problem(ErrorCode.Invalid);
        (await http.SendAsync("GET", "/v1/users?username=bob")).Problem(ErrorCode.Unauthenticated);
    }

    private static Task<HttpAnswer> RefreshAsync(HttpPipeline http, JsonElement tokens) =>
        http.SendAsync(
            "POST",
            "/v1/tokens",
            JsonSerializer.Serialize(new { grant = "refresh", refresh_token = Text(tokens, "refresh_token") })
        );

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
