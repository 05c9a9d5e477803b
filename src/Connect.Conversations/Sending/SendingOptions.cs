namespace Connect.Conversations.Sending;

/// <summary>Limits of a message.</summary>
public sealed class SendingOptions
{
    /// <summary>UTF-8 bytes of a text.</summary>
    public int TextBytes { get; set; } = 8_000;
}
