using Connect.Cli.Output;
using Connect.Cli.Words;
using Connect.Client;
using Connect.Protocol;

namespace Connect.Cli.Runs;

/// <summary>Prints entries and events, with the names of the users in them.</summary>
internal sealed class EventPrinter(IOutput output, NameBook names, ReaderTally? tally = null)
{
    private const int LargestPage = 200;

    public async Task PrintAsync(ConnectEvent value, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case MessageReceived message:
                await PrintAsync(message.Entry, cancellationToken);
                break;
            case EntryReceived entry:
                await PrintAsync(entry.Entry, cancellationToken);
                break;
            case RangeSkipped range:
                output.Skipped(range);
                break;
            case ReceiptChanged receipt:
                tally?.Apply(receipt);
                var member = await names.NameAsync(receipt.User, receipt.Conversation, cancellationToken);
                output.Receipt(receipt, member, tally?.Of(Math.Max(receipt.Read, receipt.Delivered)) ?? "");
                break;
            case ReceiptCountsChanged counts:
                output.Counts(counts, tally?.Others ?? 0);
                break;
            case TypingChanged typing:
                output.Typing(typing, await NamesAsync(typing, cancellationToken));
                break;
            case PresenceChanged { Presence: var presence }:
                output.Presence(presence, await names.NameAsync(presence.User, "", cancellationToken));
                break;
            case SendFailed failed:
                output.Failed(failed.Message, failed.Error);
                break;
        }
    }

    /// <summary>Who is typing, in words; empty when nobody is.</summary>
    public async Task<string> TypistsAsync(TypingChanged typing, CancellationToken cancellationToken) =>
        TypingWords.Of(await NamesAsync(typing, cancellationToken));

    private async Task<List<string>> NamesAsync(TypingChanged typing, CancellationToken cancellationToken)
    {
        var typists = new List<string>();
        foreach (var user in typing.Users)
        {
            typists.Add(await names.NameAsync(user, typing.Conversation, cancellationToken));
        }

        return typists;
    }

    public async Task PrintAsync(Entry entry, CancellationToken cancellationToken)
    {
        var from = await names.NameAsync(entry.From, entry.Conversation, cancellationToken);
        var concerned = entry.Change is { User.Length: > 0 } change
            ? await names.NameAsync(change.User, entry.Conversation, cancellationToken)
            : "";
        output.Entry(entry, from, concerned);
    }

    /// <summary>Prints the newest entries, oldest first.</summary>
    /// <returns>The seq of the last one; 0 when nobody has written yet.</returns>
    public async Task<long> PrintLastAsync(Conversation conversation, int limit, CancellationToken cancellationToken)
    {
        var entries = await LastAsync(conversation, limit, cancellationToken);
        foreach (var entry in entries)
        {
            await PrintAsync(entry, cancellationToken);
        }

        return entries is [.., var last] ? last.Seq : 0;
    }

    private static async Task<IReadOnlyList<Entry>> LastAsync(
        Conversation conversation,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var entries = new List<Entry>();
        try
        {
            var pages = conversation.HistoryAsync(null, Math.Min(limit, LargestPage), cancellationToken);
            await foreach (var page in pages)
            {
                entries.InsertRange(0, page.Entries);
                if (entries.Count >= limit)
                {
                    break;
                }
            }
        }
        catch (ConnectException error) when (error.Code == ErrorCode.NotFound)
        {
            // A conversation is created by its first message.
        }

        return entries[^Math.Min(limit, entries.Count)..];
    }
}
