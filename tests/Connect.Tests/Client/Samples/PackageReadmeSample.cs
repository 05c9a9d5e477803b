using Connect.Client;
using Connect.Client.Stores;

namespace Connect.Tests.Client.Samples;

/// <summary>
/// The program of the package's README, word for word between the marks and with the same usings:
/// <see cref="SampleTests"/> compares them, and the compiler checks them.
/// </summary>
internal static class PackageReadmeSample
{
    public static async Task EchoAsync()
    {
        // begin: src/Connect.Client/README.md
        var password = Environment.GetEnvironmentVariable("CONNECT_PASSWORD")!;
        // Unsent messages, entries and the login are stored in a folder and survive a restart.
        await using var store = new FileConnectStore("echo.store");
        var options = new ConnectOptions("wss://chat.example/v1/connect") { Store = store };
        using var account =
            await ConnectAccount.OpenAsync(options) ?? await ConnectAccount.LoginAsync(options, "echo", password);

        await using var chat = new ConnectClient(options with { TokenSource = account });
        chat.StateChanged += (_, change) => Console.WriteLine(change.State);
        await chat.ConnectAsync();

        await foreach (var happened in chat.EventsAsync())
        {
            if (happened is MessageReceived { IsOwn: false } message)
            {
                var conversation = chat.Conversation(message.Conversation);
                await conversation.EnqueueAsync($"You said: {message.Text}", seen: message.Seq);
            }
        }
        // end
    }
}
