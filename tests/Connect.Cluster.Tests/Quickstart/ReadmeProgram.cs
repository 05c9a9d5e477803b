using Connect.Client;
using Connect.Client.Stores;

namespace Connect.Cluster.Tests.Quickstart;

/// <summary>The program of the README, here so that it compiles.</summary>
internal static class ReadmeProgram
{
    public const string File = "tests/Connect.Cluster.Tests/Quickstart/ReadmeProgram.cs";

    public static async Task RunAsync(string password)
    {
        // README:
        await using var store = new FileConnectStore("alice.store");
        var options = new ConnectOptions("wss://localhost:8443/v1/connect")
        {
            Store = store,
            TrustedCertificates = "data.tls/cert.pem",
        };
        using var account = await ConnectAccount.LoginAsync(options, "alice", password);
        await using var chat = new ConnectClient(options with { TokenSource = account });
        await chat.ConnectAsync();

        var room = await chat.OpenDirectAsync("bob");
        await room.SendAsync("hello"); // completes when the message is durable
        await foreach (var happened in room.EventsAsync()) // in order, without a gap, each once
        {
            if (happened is MessageReceived message)
            {
                Console.WriteLine($"{message.Seq}: {message.Text}");
                await room.MarkReadAsync(message.Seq);
            }
        }
        // :README
    }
}
