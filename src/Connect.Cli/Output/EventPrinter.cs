using Connect.Client;

namespace Connect.Cli.Output;

/// <summary>Writes events as they come.</summary>
internal sealed class EventPrinter(IOutput output, NameBook names, ReaderTally? tally = null)
{
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

    /// <summary>Who types, in words; nobody: none.</summary>
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

    /// <summary>An entry with the names of who wrote or changed, and of whom it concerns.</summary>
    public async Task PrintAsync(Entry entry, CancellationToken cancellationToken)
    {
        var from = await names.NameAsync(entry.From, entry.Conversation, cancellationToken);
        var concerned = entry.Change is { User.Length: > 0 } change
            ? await names.NameAsync(change.User, entry.Conversation, cancellationToken)
            : "";
        output.Entry(entry, from, concerned);
    }
}
