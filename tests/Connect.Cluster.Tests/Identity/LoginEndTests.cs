using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol;
using Xunit;

namespace Connect.Cluster.Tests.Identity;

/// <summary>
/// Logins that end while their sockets are open, on a real server, and what is left of them after a
/// kill.
/// </summary>
public sealed class LoginEndTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sockets_of_ended_logins_close_within_five_seconds_and_their_tokens_stay_refused_over_a_kill()
    {
        await using var server = await ServerProcess.StartAsync(Cancel);
        var ended = new List<TestUser>();
        TestUser kept;
        using (var client = server.CreateClient())
        {
            kept = await TestUser.CreateAsync(client, "ann", Cancel);
            await using var keptSocket = await OpenAsync(server, kept);

            // Revoked by another device.
            var (phone, phoneSocket) = await LoginAsync(client, server, "ann", TestUser.Password);
            await ClosesAsync(
                "a revoked device",
                phoneSocket,
                () => OkAsync(client, kept.Request(HttpMethod.Delete, $"/v1/me/devices/{phone.Device}"))
            );
            ended.Add(phone);

            // Logged out by itself.
            var (tablet, tabletSocket) = await LoginAsync(client, server, "ann", TestUser.Password);
            await ClosesAsync(
                "a logout",
                tabletSocket,
                () => OkAsync(client, tablet.Request(HttpMethod.Delete, "/v1/tokens"))
            );
            ended.Add(tablet);

            // Another device changed the password.
            var (laptop, laptopSocket) = await LoginAsync(client, server, "ann", TestUser.Password);
            const string NewPassword = "another horse battery";
            var change = new { old_password = TestUser.Password, new_password = NewPassword };
            await ClosesAsync(
                "a change of the password",
                laptopSocket,
                () => OkAsync(client, kept.Request(HttpMethod.Post, "/v1/me/password", change))
            );
            ended.Add(laptop);

            Assert.Null(keptSocket.ClosedWith);
            await keptSocket.SendAsync(new { id = 2, conversations = new { } }, Cancel);
            Assert.NotNull(await keptSocket.NextAsync("conversations", Cancel));

            // All at once.
            var (other, otherSocket) = await LoginAsync(client, server, "ann", NewPassword);
            await ClosesAsync(
                "a logout everywhere",
                otherSocket,
                () => OkAsync(client, kept.Request(HttpMethod.Delete, "/v1/tokens?everywhere=true"))
            );
            Assert.Equal((int)CloseCode.Unauthenticated, await keptSocket.ClosedAsync(Cancel));
            ended.AddRange([kept, other]);
            await AllRefusedAsync(client, server, ended);
        }

        await server.KillAsync(Cancel);
        await server.RestartAsync(Cancel);
        using (var client = server.CreateClient())
        {
            await AllRefusedAsync(client, server, ended);
        }
    }

    [Fact]
    public async Task A_refresh_token_used_again_late_closes_the_socket_of_its_login()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(Cancel);
        using var client = server.CreateClient();
        var ann = await TestUser.CreateAsync(client, "ann", Cancel);
        await using var socket = await OpenAsync(server, ann);

        // Two further generations: the first token is then no longer the one before, and needs no wait.
        var second = await RefreshAsync(client, ann.RefreshToken);
        var third = await RefreshAsync(client, second!);
        await ClosesAsync(
            "a reused refresh token",
            socket,
            async () => Assert.Null(await RefreshAsync(client, ann.RefreshToken))
        );

        Assert.Null(await RefreshAsync(client, third!));
        using var me = await client.SendAsync(ann.Request(HttpMethod.Get, "/v1/me"), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
    }

    private async Task ClosesAsync(string what, TokenSocket socket, Func<Task> end)
    {
        await using (socket)
        {
            var started = Stopwatch.GetTimestamp();
            await end();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            limit.CancelAfter(Limit);
            int code;
            try
            {
                code = await socket.ClosedAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
            {
                Assert.Fail($"{what}: the socket was not closed within {Limit}.");
                return;
            }

            var took = Stopwatch.GetElapsedTime(started);
            output.WriteLine($"{what}: closed with {code} after {took.TotalMilliseconds:N0} ms");
            Assert.Equal((int)CloseCode.Unauthenticated, code);
        }
    }

    private static async Task AllRefusedAsync(HttpClient client, ServerProcess server, List<TestUser> ended)
    {
        foreach (var login in ended)
        {
            using var me = await client.SendAsync(login.Request(HttpMethod.Get, "/v1/me"), Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
            Assert.Null(await RefreshAsync(client, login.RefreshToken));
            await using var socket = await TokenSocket.OpenAsync(server, login.AccessToken, login.Device, Cancel);
            Assert.Equal((int)CloseCode.Unauthenticated, await socket.ClosedAsync(Cancel));
        }
    }

    private static async Task<TokenSocket> OpenAsync(ServerProcess server, TestUser user)
    {
        var socket = await TokenSocket.OpenAsync(server, user.AccessToken, user.Device, Cancel);
        Assert.NotNull(await socket.NextAsync("welcome", Cancel));
        return socket;
    }

    private static async Task<(TestUser User, TokenSocket Socket)> LoginAsync(
        HttpClient client,
        ServerProcess server,
        string username,
        string password
    )
    {
        var user = await TestUser.LoginAsync(client, username, password, Cancel);
        return (user, await OpenAsync(server, user));
    }

    private static async Task<string?> RefreshAsync(HttpClient client, string token)
    {
        using var answer = await client.PostAsJsonAsync(
            "/v1/tokens",
            new { grant = "refresh", refresh_token = token },
            Cancel
        );
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
        {
            return null;
        }

        answer.EnsureSuccessStatusCode();
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return tokens.GetProperty("refresh_token").GetString();
    }

    private static async Task OkAsync(HttpClient client, HttpRequestMessage request)
    {
        using var answer = await client.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
