using System.Text;
using Connect.Client.Stores;

namespace Connect.Client.Outbox;

/// <summary>A message in the outbox and on its way.</summary>
internal sealed class OutboxItem
{
    private OutgoingMessage? _handle;

    public OutboxItem(OutboxMessage message)
    {
        Id = message.Id;
        Conversation = message.Conversation;
        To = message.To;
        Cid = message.Cid;
        Text = message.Text;
        Seen = message.Seen;
        Transmitted = message.Transmitted;
    }

    public long Id { get; }

    public string Conversation { get; }

    public string To { get; }

    public string Cid { get; set; }

    public string Text { get; }

    public long Seen { get; set; }

    /// <summary>It may have reached a socket once.</summary>
    public bool Transmitted { get; set; }

    /// <summary>It was transmitted before the present transmission, with an outcome that is not known.</summary>
    public bool Repeated { get; set; }

    /// <summary>It is transmitted on this connection and not yet answered.</summary>
    public bool InFlight { get; set; }

    /// <summary>What the application holds.</summary>
    public OutgoingMessage Handle => _handle ??= new(Conversation, Text, Cid, Transmitted);

    public OutboxMessage ToStored() => new(Id, Conversation, To, Cid, Text, Seen, Transmitted);
}

/// <summary>What may enter the outbox: a text that no server would ever accept must not wait there forever.</summary>
internal static class OutgoingText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a text in UTF-8.</summary>
    /// <exception cref="ConnectException">
    /// It is not valid Unicode: half of a surrogate pair would be sent as another character, which nobody wrote.
    /// </exception>
    public static int CountBytes(string text)
    {
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ConnectException(ErrorCode.Invalid, "The text is not valid Unicode: half of a surrogate pair.");
        }
    }
}
