using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>One message to append.</summary>
/// <param name="Cid">Its idempotency key.</param>
/// <param name="Text">UTF-8, within the text limit.</param>
/// <param name="After">
/// The device's latest earlier send here that is neither committed nor finally refused; or none.
/// </param>
/// <param name="Seen">Highest seq on screen when the message was composed; 0 when not given (D1).</param>
[GenerateSerializer, Immutable, Alias("AppendItem")]
public sealed record AppendItem(
    [property: Id(0)] Cid Cid,
    [property: Id(1)] ReadOnlyMemory<byte> Text,
    [property: Id(2)] Cid After,
    [property: Id(3)] long Seen
);
