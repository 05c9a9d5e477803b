using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Connect.Contracts;
using Connect.Protocol;
using Xunit;

namespace Connect.Cluster.Tests.Identity;

/// <summary>The deletion of an account on a server that is killed at each of its steps.</summary>
public sealed class DeletionKillTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string, int> Places =>
        new()
        {
            { FaultPoints.DeletionBegun, 1 },
            { FaultPoints.DeletionLeftConversation, 2 },
            { FaultPoints.DeletionDeviceDeleted, 1 },
            { FaultPoints.DeletionAccountDeleted, 1 },
            { FaultPoints.DeletionKeyDestroyed, 1 },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_deletion_killed_half_way_is_finished_by_the_next_start(string place, int times)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var witness = Path.GetTempFileName();
        await using var server = await ServerProcess.StartProgramAsync(
            await ServerPrograms.WithFaultPointsAsync(),
            limit.Token,
            ("CONNECT_FAULT", $"{place}:{times}"),
            ("CONNECT_FAULT_FILE", witness)
        );
        TestUser alice;
        TestUser bob;
        string direct;
        using (var client = server.CreateClient())
        {
            alice = await TestUser.CreateAsync(client, "alice", limit.Token);
            bob = await TestUser.CreateAsync(client, "bob", limit.Token);
            var carl = await TestUser.CreateAsync(client, "carl", limit.Token);
            direct = await SayAsync(client, alice, bob, "hello bob", limit.Token);
            await SayAsync(client, alice, carl, "hello carl", limit.Token);
            try
            {
                using var begun = await client.SendAsync(
                    alice.Request(HttpMethod.Delete, "/v1/me", new { password = TestUser.Password }),
                    limit.Token
                );
            }
            catch (HttpRequestException)
            {
                // Killed before it answered.
            }

            await server.WaitForExitAsync(limit.Token);
        }

        Assert.Equal(place, await File.ReadAllTextAsync(witness, limit.Token));
        server.Environment.Clear();
        await server.RestartAsync(limit.Token);
        using (var client = server.CreateClient())
        {
            await RefusedAsync(client, server, alice, limit.Token);
            await NameIsFreeAsync(client, limit.Token);
            await HistoryStaysAsync(client, alice, bob, direct, limit.Token);
        }

        File.Delete(witness);
    }

    /// <summary>The login, the tokens and the socket of the deleted user.</summary>
    private static async Task RefusedAsync(
        HttpClient client,
        ServerProcess server,
        TestUser alice,
        CancellationToken cancellation
    )
    {
        using var me = await client.SendAsync(alice.Request(HttpMethod.Get, "/v1/me"), cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        await using var socket = await TokenSocket.OpenAsync(server, alice.AccessToken, alice.Device, cancellation);
        Assert.Equal((int)CloseCode.AccountDisabled, await socket.ClosedAsync(cancellation));
    }

    /// <summary>The sign that the rows are gone; the job may still be at it when the server is ready.</summary>
    private static async Task NameIsFreeAsync(HttpClient client, CancellationToken cancellation)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        while (true)
        {
            using var answer = await client.PostAsJsonAsync(
                "/v1/accounts",
                new { username = "alice", password = TestUser.Password },
                cancellation
            );
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                return;
            }

            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            await look.WaitForNextTickAsync(cancellation);
        }
    }

    private static async Task HistoryStaysAsync(
        HttpClient client,
        TestUser alice,
        TestUser bob,
        string direct,
        CancellationToken cancellation
    )
    {
        using var history = await client.SendAsync(
            bob.Request(HttpMethod.Get, $"/v1/conversations/{direct}/entries"),
            cancellation
        );
        var page = await history.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        Assert.Equal("hello bob", page.GetProperty("entries")[0].GetProperty("text").GetString());
        foreach (var to in new[] { alice.Id, null })
        {
            var send = bob.Request(HttpMethod.Post, $"/v1/conversations/{direct}/messages", new { text = "?", to });
            send.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
            using var refused = await client.SendAsync(send, cancellation);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
    }

    private static async Task<string> SayAsync(
        HttpClient client,
        TestUser from,
        TestUser to,
        string text,
        CancellationToken cancellation
    )
    {
        using var found = await client.SendAsync(
            from.Request(HttpMethod.Get, $"/v1/users?username={to.Username}"),
            cancellation
        );
        var direct = (await found.Content.ReadFromJsonAsync<JsonElement>(cancellation))
            .GetProperty("direct")
            .GetString()!;
        var send = from.Request(HttpMethod.Post, $"/v1/conversations/{direct}/messages", new { text, to = to.Id });
        send.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        using var sent = await client.SendAsync(send, cancellation);
        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        return direct;
    }
}
