using Connect.Client;
using Connect.Client.Stores;

namespace Connect.Tests.Client.Samples;

/// <summary>
/// The programs of the documents. Between the marks each is there word for word: <see cref="SampleTests"/> compares
/// them, the compiler checks them, and those that need no server of their own are run.
/// </summary>
internal static class SdkSamples
{
    public static async Task FirstAsync(string password)
    {
        // begin: README.md
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

    public static async Task EchoAsync(string password)
    {
        // begin: src/Connect.Client/README.md
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

    public static async Task SendAsync(
        Conversation room,
        string text,
        Action<string> show,
        CancellationToken cancellationToken
    )
    {
        // begin: docs/sdk.md
        var message = await room.EnqueueAsync(text, cancellationToken: cancellationToken); // durable here
        try
        {
            var sent = await message.Sent.WaitAsync(cancellationToken); // and at the server
            show($"sent as {sent.Seq}");
        }
        catch (ConnectException error)
        {
            var fate = error.PerhapsSent ? "perhaps not sent" : "not sent";
            show($"{fate}: {error.Message} ({error.Code})");
        }
        // end
    }

    public static ConnectOptions OwnTokens(Func<CancellationToken, Task<string>> fetch)
    {
        // begin: docs/sdk.md
        var options = new ConnectOptions("wss://chat.example/v1/connect")
        {
            Token = async cancellationToken =>
            {
                try
                {
                    return await fetch(cancellationToken); // from your own backend
                }
                catch (UnauthorizedAccessException)
                {
                    // Not retryable: the client stops and says so. Anything else is tried again.
                    throw new ConnectException(ErrorCode.Unauthenticated, "Log in again.");
                }
            },
        };
        // end
        return options;
    }

    public static async Task ShowAsync(
        ConnectClient chat,
        string id,
        Action<string> show,
        CancellationToken cancellationToken
    )
    {
        // begin: docs/sdk.md
        await using var list = await chat.OpenListAsync(cancellationToken);
        using var following = list.Subscribe(snapshot =>
        {
            foreach (var item in snapshot.Items)
            {
                show($"{item.Info.Title}: {item.Info.Unread} unread");
            }
        });

        await using var view = await chat.Conversation(id).OpenViewAsync(cancellationToken);
        while (view.Current is { HasOlder: true, Items.Count: < 100 })
        {
            await view.LoadOlderAsync(50, cancellationToken);
        }

        await foreach (var content in view.SnapshotsAsync(cancellationToken))
        {
            show($"{content.Items.Count} entries, {content.Outgoing.Count} on their way");
        }
        // end
    }
}
