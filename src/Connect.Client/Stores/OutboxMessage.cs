namespace Connect.Client.Stores;

/// <summary>A message in the outbox.</summary>
/// <param name="Id">Its place in the outbox: rising in the order of sending, never used again.</param>
/// <param name="Conversation">Where it goes.</param>
/// <param name="To">The other user of a direct conversation that may not exist yet; else empty.</param>
/// <param name="Cid">The idempotency key.</param>
/// <param name="Text">What it says.</param>
/// <param name="Seen">The highest seq on screen when it was written; 0 = not told.</param>
/// <param name="Transmitted">It may have reached a socket: from here on its cid stays and it is not discarded.</param>
public sealed record OutboxMessage(
    long Id,
    string Conversation,
    string To,
    string Cid,
    string Text,
    long Seen,
    bool Transmitted
)
{
    /// <summary>Never the text: it must not get into a log.</summary>
    public override string ToString() => $"{Conversation} {Cid}";
}
