using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>A message that breaks what handles it breaks nothing else.</summary>
public sealed class PoisonTests
{
    private const string Poison = "the text that breaks the writer";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_breaks_the_writer_is_refused_and_the_conversation_and_the_others_go_on()
    {
        await using var server = await ServerProcess.StartProgramAsync(
            await ServerPrograms.WithFaultPointsAsync(),
            new Dictionary<string, string> { ["CONNECT_FAULT_TEXT"] = Poison },
            Cancellation
        );
        await using var bystanders = await Bystanders.StartAsync(server, Cancellation);
        using var client = server.CreateClient();
        var (anna, bert) = (UserNames.New(), UserNames.New());
        await TestUser.CreateAsync(client, anna, Cancellation);
        await TestUser.CreateAsync(client, bert, Cancellation);
        await using var sender = await OpenAsync(server, anna);
        await using var receiver = await OpenAsync(server, bert);
        var to = receiver.Login.GetProperty("user").GetString()!;

        Assert.Equal(1, (await AskAsync(sender, 11, to, "before")).GetProperty("sent").GetProperty("seq").GetInt32());
        for (var id = 12; id < 15; id++)
        {
            var err = (await AskAsync(sender, id, to, Poison)).GetProperty("err");
            Assert.True(err.GetProperty("code").GetInt32() >= 500, err.ToString());
        }

        // From another member and from the same session; each seq once, no hole.
        var back = sender.Login.GetProperty("user").GetString()!;
        Assert.Equal(
            2,
            (await AskAsync(receiver, 21, back, "other")).GetProperty("sent").GetProperty("seq").GetInt32()
        );
        Assert.Equal(3, (await AskAsync(sender, 22, to, "after")).GetProperty("sent").GetProperty("seq").GetInt32());
        Assert.True(await bystanders.StopAsync() > 0);
        Assert.Contains("The text that breaks the writer.", server.Log, StringComparison.Ordinal);
    }

    private static async Task<RawSession> OpenAsync(ServerProcess server, string name)
    {
        var session = await RawSession.OpenAsync(
            server.Url,
            server.CertificateFile,
            name,
            TestUser.Password,
            Cancellation
        );
        await session.SyncAsync([], Cancellation);
        return session;
    }

    /// <summary>Sends one message; the frame that answers it.</summary>
    private static async Task<JsonElement> AskAsync(RawSession session, int id, string to, string text)
    {
        var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var send = new
        {
            to,
            text,
            cid,
        };
        await session.SendAsync(new { id, send }, Cancellation);
        while (true)
        {
            var frame = await session.ReadAsync(Cancellation);
            if (frame.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
            {
                return frame;
            }
        }
    }
}
