using Connect.Client;
using Connect.Client.Stores;

namespace Connect.Tests.Client.Samples;

/// <summary>
/// The program of the README, word for word between the marks and with the same usings:
/// <see cref="SampleTests"/> compares them, and the compiler checks them.
/// </summary>
internal static class ReadmeSample
{
    public static async Task FirstAsync()
    {
        // begin: README.md
        var password = Environment.GetEnvironmentVariable("CONNECT_PASSWORD")!; // that of alice
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
        // end
    }
}
