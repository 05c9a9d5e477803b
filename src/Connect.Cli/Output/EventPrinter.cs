using Connect.Client;

namespace Connect.Cli.Output;

/// <summary>Writes events as they come.</summary>
internal sealed class EventPrinter(IOutput output, NameBook names)
{
    public async Task PrintAsync(ConnectEvent value, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case MessageReceived message:
                output.Entry(message.Entry, await names.NameAsync(message.From, cancellationToken));
                break;
            case EntryReceived entry:
                output.Entry(entry.Entry, await names.NameAsync(entry.Entry.From, cancellationToken));
                break;
            case RangeSkipped range:
                output.Skipped(range);
                break;
            case ReceiptChanged receipt:
                output.Receipt(receipt, await names.NameAsync(receipt.User, cancellationToken));
                break;
            case SendFailed failed:
                output.Failed(failed.Message, failed.Error);
                break;
        }
    }
}
