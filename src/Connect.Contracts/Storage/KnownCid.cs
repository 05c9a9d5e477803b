using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>An idempotency row: it lives 31 days from the commit (D3).</summary>
/// <param name="Sender">Who sent it.</param>
/// <param name="Cid">Under which id.</param>
/// <param name="Seq">Where it stands.</param>
/// <param name="Time">The entry's time.</param>
/// <param name="SameText">
/// The text asked about is the committed one, compared by an HMAC under a key derived from the conversation's data key.
/// </param>
public readonly record struct KnownCid(UserId Sender, Cid Cid, long Seq, long Time, bool SameText);
