using System.Text;
using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>Clients that read nothing and then are gone, while the server waits to write to them.</summary>
public sealed class WaitingWriteTests
{
    private const int Texts = 20;
    private const int Questions = 200;
    private const int MostTries = 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_goes_away_while_a_write_to_it_waits_makes_no_error_in_the_log()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancellation,
            "--Limits:ReadsPerUser=0",
            "--Log:Level=Debug"
        );
        using var client = server.CreateClient();
        var anna = await TestUser.CreateAsync(client, UserNames.New(), Cancellation);
        var bert = await TestUser.CreateAsync(client, UserNames.New(), Cancellation);
        var conversation = "";
        await using (var writer = await OpenAsync(server, anna))
        {
            for (var id = 2; id < 2 + Texts; id++)
            {
                var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
                var send = new
                {
                    to = bert.Id,
                    text = new string('x', 7_900),
                    cid,
                };
                await writer.SendAsync(JsonSerializer.Serialize(new { id, send }), Cancellation);
                conversation = (await ReadAsync(writer)).GetProperty("sent").GetProperty("conversation").GetString()!;
            }
        }

        for (var i = 0; i < MostTries && !WasMet(server); i++)
        {
            await using var reader = await OpenAsync(server, bert);
            for (var id = 2; id < 2 + Questions; id++)
            {
                var history = new { conversation, limit = 200 };
                await reader.SendAsync(JsonSerializer.Serialize(new { id, history }), Cancellation);
            }

            // Only the first page: the others fill the buffers of both systems, and then the server waits.
            await ReadAsync(reader);
            reader.Cut(reset: true);
        }

        Assert.Equal(0, await server.StopAsync(Cancellation));
        Assert.DoesNotContain("Unhandled exception", server.Log, StringComparison.Ordinal);
        Assert.True(WasMet(server), "No write was waiting when a client went away.");
    }

    private static bool WasMet(ServerProcess server) =>
        server.Log.Contains("ended while a write to it was waiting", StringComparison.Ordinal);

    private static async Task<RawSocket> OpenAsync(ServerProcess server, TestUser user)
    {
        var socket = await RawSocket.OpenAsync(server, Cancellation);
        var hello = new { id = 1, hello = new { token = user.AccessToken, device_id = user.Device } };
        await socket.SendAsync(JsonSerializer.Serialize(hello), Cancellation);
        Assert.True((await ReadAsync(socket)).TryGetProperty("welcome", out _));
        return socket;
    }

    private static async Task<JsonElement> ReadAsync(RawSocket socket)
    {
        var (_, payload) = await socket.ReadFrameAsync(Cancellation);
        return JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(payload).Split('\n')[0]);
    }
}
