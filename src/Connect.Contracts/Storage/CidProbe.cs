using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>A question for an idempotency row.</summary>
/// <param name="Sender">Cids are scoped to (conversation, sender).</param>
/// <param name="Cid">The cid.</param>
/// <param name="Text">The text to compare with the committed one; empty to ask for the seq alone.</param>
public readonly record struct CidProbe(UserId Sender, Cid Cid, ReadOnlyMemory<byte> Text);
