using Connect.Client;

namespace Connect.Cli.Screens.Chats;

/// <summary>A message that was refused for good. It waits for the user to send it again or to drop it.</summary>
internal sealed record FailedMessage(string Text, string Reason, bool PerhapsSent)
{
    public static FailedMessage Of(SendFailed failed) =>
        new(failed.Message.Text, failed.Error.Message, failed.Error.PerhapsSent);

    /// <summary>Never the text: it must not get into a log.</summary>
    public override string ToString() => Reason;
}
