using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Connect.Contracts.Identifiers;
using Connect.LoadGen.Issuing;
using Connect.Protocol;
using Xunit;

namespace Connect.Cluster.Tests.Identity;

/// <summary>Tokens of an outside issuer on a real server: over HTTP, over a socket, and to their end.</summary>
public sealed class OutsideIssuerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_of_an_outside_issuer_connects_renews_the_token_in_band_and_is_closed_at_its_end()
    {
        await using var issuer = await TestIssuer.StartAsync(Cancel);
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancel,
            [.. issuer.Settings(), "--Gateway:TokenWarning=00:00:02"]
        );
        using var client = server.CreateClient();
        var device = DeviceId.NewRandom().ToString();
        await using var socket = await TokenSocket.OpenAsync(
            server,
            issuer.TokenOf("eve", TimeSpan.FromSeconds(4)),
            device,
            Cancel
        );
        var welcome = await socket.NextAsync("welcome", Cancel);
        Assert.Equal(device, welcome!.Value.GetProperty("device").GetString());

        // Told before the end, it brings a new token; somebody else's is not taken.
        Assert.NotNull(await socket.NextAsync("token_expiring", Cancel));
        await socket.SendAsync(new { id = 2, auth = new { token = issuer.TokenOf("mallory", Long) } }, Cancel);
        var refused = await socket.NextAsync("err", Cancel);
        Assert.Equal("forbidden", refused!.Value.GetProperty("name").GetString());
        var started = Stopwatch.GetTimestamp();
        await socket.SendAsync(
            new { id = 3, auth = new { token = issuer.TokenOf("eve", TimeSpan.FromSeconds(5)) } },
            Cancel
        );
        Assert.NotNull(await socket.NextAsync("ok", Cancel));

        // It brings none the second time: the old end has passed by then, the new one closes.
        Assert.NotNull(await socket.NextAsync("token_expiring", Cancel));
        var error = await socket.NextAsync("err", Cancel);
        Assert.Equal("token_expired", error!.Value.GetProperty("name").GetString());
        Assert.Equal((int)CloseCode.TokenExpired, await socket.ClosedAsync(Cancel));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 3.5, 12);

        var me = await GetAsync(client, "/v1/me", issuer.TokenOf("eve", Long));
        Assert.Equal("eve", me.GetProperty("username").GetString());
        Assert.Equal(welcome.Value.GetProperty("user").GetString(), me.GetProperty("user").GetString());
        var devices = await GetAsync(client, "/v1/me/devices", issuer.TokenOf("eve", Long));
        Assert.Equal(device, devices.GetProperty("devices")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Who_an_outside_user_is_outlives_a_kill_and_their_account_ends_by_a_fresh_token()
    {
        await using var issuer = await TestIssuer.StartAsync(Cancel);
        await using var server = await ServerProcess.StartAsync(Cancel, issuer.Settings());
        string user;
        using (var client = server.CreateClient())
        {
            var token = issuer.TokenOf("eve", Long);
            var many = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => GetAsync(client, "/v1/me", token)));
            user = Assert.Single(many.Select(each => each.GetProperty("user").GetString()).Distinct())!;
            Assert.Equal(
                HttpStatusCode.Unauthorized,
                (await SendAsync(client, HttpMethod.Get, "/v1/me", issuer.TokenOf("eve", Long, "another"))).StatusCode
            );
        }

        await server.KillAsync(Cancel);
        await server.RestartAsync(Cancel);
        using (var client = server.CreateClient())
        {
            var token = issuer.TokenOf("eve", Long);
            Assert.Equal(user, (await GetAsync(client, "/v1/me", token)).GetProperty("user").GetString());

            // Its keys are known: it may be down.
            await issuer.StopAsync();
            Assert.Equal(
                user,
                (await GetAsync(client, "/v1/me", issuer.TokenOf("eve", Long))).GetProperty("user").GetString()
            );
            await using var socket = await TokenSocket.OpenAsync(
                server,
                token,
                DeviceId.NewRandom().ToString(),
                Cancel
            );
            Assert.NotNull(await socket.NextAsync("welcome", Cancel));
            using var deleted = await SendAsync(client, HttpMethod.Delete, "/v1/me", token);
            Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
            Assert.Equal((int)CloseCode.AccountDisabled, await socket.ClosedAsync(Cancel));
            using var after = await SendAsync(client, HttpMethod.Get, "/v1/me", token);
            Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        }
    }

    [Fact]
    public async Task Before_the_issuer_was_ever_reached_its_tokens_are_unavailable_and_ours_are_not()
    {
        await using var issuer = await TestIssuer.StartAsync(Cancel);
        var token = issuer.TokenOf("eve", Long);
        await issuer.StopAsync();
        await using var server = await ServerProcess.StartInMemoryAsync(Cancel, issuer.Settings());
        using var client = server.CreateClient();

        using var unknown = await SendAsync(client, HttpMethod.Get, "/v1/me", token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        await using var socket = await TokenSocket.OpenAsync(server, token, DeviceId.NewRandom().ToString(), Cancel);
        Assert.Equal((int)CloseCode.Overloaded, await socket.ClosedAsync(Cancel));
        var ann = await TestUser.CreateAsync(client, "ann", Cancel);
        using var me = await client.SendAsync(ann.Request(HttpMethod.Get, "/v1/me"), Cancel);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path, string token)
    {
        using var answer = await SendAsync(client, HttpMethod.Get, path, token);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string token)
    {
        var request = new HttpRequestMessage(method, path)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            Content = method == HttpMethod.Delete ? new StringContent("{}", null, "application/json") : null,
        };
        return client.SendAsync(request, Cancel);
    }
}
