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
    public OutgoingMessage Handle => _handle ??= new(this);

    public OutboxMessage ToStored() => new(Id, Conversation, To, Cid, Text, Seen, Transmitted);
}
