#pragma warning disable IDE0005 // This project knows ErrorCode from elsewhere; that of a reader does not.
using Connect.Client;
using Connect.Protocol;
#pragma warning restore IDE0005

namespace Connect.Tests.Client.Samples;

/// <summary>
/// The programs of the page of the SDK. Between the marks each is there word for word: <see cref="SampleTests"/>
/// compares them, the compiler checks them, and they are run.
/// </summary>
internal static class SdkSamples
{
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

    public static void ShowTicks(ConnectClient chat, ConversationContent content, string me, Action<string> show)
    {
        // begin: docs/sdk.md
        foreach (var entry in content.Items.Select(item => item.Entry).OfType<Entry>().Where(entry => entry.From == me))
        {
            var fates = content
                .Others.Where(other => other.User != me)
                .Select(other =>
                    other.HasRead(entry.Seq) ? "read"
                    : other.HasReceived(entry.Seq) ? "delivered"
                    : other.HasEnded(entry, chat.EndedBefore) ? "not delivered in time"
                    : "sent"
                );
            show($"{entry.Text}: {string.Join(", ", fates)}");
        }
        // end
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
