using System.Net;
using System.Text.Json;
using Connect.Tests.Identity;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>Devices listed and revoked, logout here and everywhere, and the password changed.</summary>
public sealed class DeviceRouteTests
{
    [Fact]
    public async Task Devices_are_listed_with_the_one_that_asks_and_those_used_last_first()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (phone, _) = await http.LoginAsync("ann");
        http.Time.Advance(TimeSpan.FromMinutes(1));
        var (laptop, _) = await http.LoginAsync("ann");

        var devices = await ListAsync(http, laptop);

        Assert.Equal(2, devices.Count);
        Assert.Equal([true, false], devices.Select(each => each.GetProperty("current").GetBoolean()));
        Assert.All(devices, each => Assert.False(each.GetProperty("connected").GetBoolean()));
        Assert.Equal(http.Time.GetUtcNow().ToUnixTimeMilliseconds(), devices[0].GetProperty("last_used_at").GetInt64());
        Assert.Equal(HttpStatusCode.NoContent, (await http.SendAsync("DELETE", "/v1/tokens", token: phone)).Status);
        Assert.False((await ListAsync(http, laptop))[1].TryGetProperty("last_used_at", out _));
    }

    [Fact]
    public async Task A_revoked_device_is_refused_at_once()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (phone, _) = await http.LoginAsync("ann");
        var (laptop, _) = await http.LoginAsync("ann");
        var lost = (await ListAsync(http, phone)).Single(each => each.GetProperty("current").GetBoolean());
        var id = lost.GetProperty("id").GetString();

        var (bob, _) = await http.LoginAsync("bob");
        (await http.SendAsync("DELETE", $"/v1/me/devices/{id}", token: bob)).Problem(ErrorCode.NotFound);
        (await http.SendAsync("DELETE", "/v1/me/devices/x", token: laptop)).Problem(ErrorCode.NotFound);
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await http.SendAsync("DELETE", $"/v1/me/devices/{id}", token: laptop)).Status
        );

        (await http.SendAsync("GET", "/v1/me", token: phone)).Problem(ErrorCode.Unauthenticated);
        Assert.Single(await ListAsync(http, laptop));
    }

    [Fact]
    public async Task A_logout_everywhere_leaves_no_token_of_any_device()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (phone, _) = await http.LoginAsync("ann");
        var (laptop, _) = await http.LoginAsync("ann");

        var answer = await http.SendAsync("DELETE", "/v1/tokens?everywhere=true", token: laptop);

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        (await http.SendAsync("GET", "/v1/me", token: phone)).Problem(ErrorCode.Unauthenticated);
        (await http.SendAsync("GET", "/v1/me", token: laptop)).Problem(ErrorCode.Unauthenticated);
    }

    [Fact]
    public async Task A_password_is_changed_by_whoever_knows_the_old_one()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (phone, _) = await http.LoginAsync("ann");
        var (laptop, _) = await http.LoginAsync("ann");

        var wrong = await ChangeAsync(http, laptop, "not the one", "battery staple");
        Assert.Equal("old_password", wrong.Problem(ErrorCode.Unauthenticated).GetProperty("field").GetString());
        var weak = await ChangeAsync(http, laptop, IdentityWorld.Password, "short");
        Assert.Equal("new_password", weak.Problem(ErrorCode.Invalid).GetProperty("field").GetString());
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync("GET", "/v1/me", token: phone)).Status);

        var changed = await ChangeAsync(http, laptop, IdentityWorld.Password, "battery staple");

        Assert.Equal(HttpStatusCode.NoContent, changed.Status);
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync("GET", "/v1/me", token: laptop)).Status);
        (await http.SendAsync("GET", "/v1/me", token: phone)).Problem(ErrorCode.Unauthenticated);
    }

    [Fact]
    public async Task A_token_is_no_way_around_the_limits_on_guessing_a_password()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (token, _) = await http.LoginAsync("ann");
        for (var guess = 0; guess < 15; guess++)
        {
            (await ChangeAsync(http, token, $"guess {guess}", "battery staple")).Problem(ErrorCode.Unauthenticated);
            var deletion = JsonSerializer.Serialize(new { password = $"guess {guess}" });
            (await http.SendAsync("DELETE", "/v1/me", deletion, token)).Problem(ErrorCode.Unauthenticated);
        }

        (await ChangeAsync(http, token, "another guess", "battery staple")).Problem(ErrorCode.RateLimited);
        (await ChangeAsync(http, token, IdentityWorld.Password, "battery staple")).Problem(ErrorCode.RateLimited);
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync("GET", "/v1/me", token: token)).Status);
    }

    private static Task<HttpAnswer> ChangeAsync(HttpPipeline http, string token, string old, string wanted) =>
        http.SendAsync(
            "POST",
            "/v1/me/password",
            JsonSerializer.Serialize(new { old_password = old, new_password = wanted }),
            token
        );

    private static async Task<List<JsonElement>> ListAsync(HttpPipeline http, string token) =>
        [.. (await http.SendAsync("GET", "/v1/me/devices", token: token)).Json.GetProperty("devices").EnumerateArray()];
}
