using System.Net.Http.Json;
using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Http;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>A message that ends in the middle was never sent, however the connection ended.</summary>
public sealed class CutMessageTests(InMemoryServer shared) : IClassFixture<InMemoryServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Neither_TLS_without_its_goodbye_nor_a_reset_within_a_message_stores_any_of_it(bool reset)
    {
        var server = shared.Server;
        using var client = server.CreateClient();
        var anna = await TestUser.CreateAsync(client, UserNames.New(), Cancellation);
        var bert = await TestUser.CreateAsync(client, UserNames.New(), Cancellation);
        await using (var socket = await RawSocket.OpenAsync(server, Cancellation))
        {
            var hello = new { id = 1, hello = new { token = anna.AccessToken, device_id = anna.Device } };
            await socket.SendAsync(JsonSerializer.Serialize(hello), Cancellation);
            Assert.Contains("welcome", await TextAsync(socket), StringComparison.Ordinal);
            await socket.SendAsync(Send(2, bert, "whole"), Cancellation);
            Assert.Contains("\"sent\"", await TextAsync(socket), StringComparison.Ordinal);

            // In two fragments, the first of which is a whole frame of JSON; then the end, without the last fragment.
            var half = RawSocket.Frame(0x01, System.Text.Encoding.UTF8.GetBytes(Send(3, bert, "half")));
            await socket.Tls.WriteAsync(half, Cancellation);
            await socket.Tls.WriteAsync(RawSocket.Frame(0x80, new byte[100]).AsMemory(0, 20), Cancellation);
            socket.Cut(reset);
        }

        // The next session of the device begins only after the old one ended or was replaced; then what is stored is.
        var conversation = await FindAsync(client, anna, bert);
        using var more = anna.Request(
            HttpMethod.Post,
            $"/v1/conversations/{conversation}/messages",
            new { text = "after" }
        );
        more.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        using var answer = await client.SendAsync(more, Cancellation);
        answer.EnsureSuccessStatusCode();
        Assert.Equal(["whole", "after"], await TextsAsync(client, bert, conversation));
    }

    private static string Send(int id, TestUser to, string text) =>
        JsonSerializer.Serialize(
            new
            {
                id,
                send = new
                {
                    to = to.Id,
                    text,
                    cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
                },
            }
        );

    private static async Task<string> TextAsync(RawSocket socket)
    {
        var (_, payload) = await socket.ReadFrameAsync(Cancellation);
        return System.Text.Encoding.UTF8.GetString(payload);
    }

    private static async Task<string> FindAsync(HttpClient client, TestUser user, TestUser other)
    {
        using var request = user.Request(HttpMethod.Get, $"/v1/users?username={other.Username}");
        using var answer = await client.SendAsync(request, Cancellation);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return body.GetProperty("direct").GetString()!;
    }

    private static async Task<List<string>> TextsAsync(HttpClient client, TestUser user, string conversation)
    {
        using var request = user.Request(HttpMethod.Get, $"/v1/conversations/{conversation}/entries");
        using var answer = await client.SendAsync(request, Cancellation);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return [.. body.GetProperty("entries").EnumerateArray().Select(each => each.GetProperty("text").GetString()!)];
    }
}
