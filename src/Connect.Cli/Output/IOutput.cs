using Connect.Client;

namespace Connect.Cli.Output;

/// <summary>How results are written: for people or for scripts.</summary>
internal interface IOutput
{
    void Account(string what, string username, string user, string device);

    void Conversation(ConversationInfo conversation);

    /// <summary>A message or a change, of the history or just received.</summary>
    void Entry(Entry entry, string from);

    void Sent(SentMessage message);

    /// <summary>A message is in the outbox and not sent yet.</summary>
    void Queued(OutgoingMessage message);

    void Failed(OutgoingMessage message, ConnectException error);

    void Skipped(RangeSkipped range);

    void Receipt(ReceiptChanged receipt, string user);

    void State(ConnectionState state, ConnectException? error);
}
