using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>One numbered element of a conversation's log. Never changed once committed.</summary>
/// <param name="Seq">The entry's number: dense, from 1, per conversation.</param>
/// <param name="Time">Milliseconds since the Unix epoch; never decreases within a conversation (ADR 0014).</param>
/// <param name="Kind">What the entry is.</param>
/// <param name="From">Who wrote the message or made the change.</param>
/// <param name="Cid">
/// The sender's own id of a message; on a change its idempotency key, on its first entry only.
/// </param>
/// <param name="Body">A message's text in UTF-8, or an encoded <see cref="EntryChange"/>.</param>
/// <param name="Messages">How many messages the conversation has up to and including this entry (ADR 0009).</param>
[GenerateSerializer, Immutable, Alias("Entry")]
public sealed record Entry(
    [property: Id(0)] long Seq,
    [property: Id(1)] long Time,
    [property: Id(2)] EntryKind Kind,
    [property: Id(3)] UserId From,
    [property: Id(4)] Cid Cid,
    [property: Id(5)] ReadOnlyMemory<byte> Body,
    [property: Id(6)] long Messages
);
