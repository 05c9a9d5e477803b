using Connect.Contracts.Conversations;

namespace Connect.Storage.InMemory;

/// <summary>An idempotency row.</summary>
/// <param name="Entry">What was committed under the cid.</param>
/// <param name="CommittedAt">Milliseconds since the epoch; the row lives 31 days from here.</param>
internal readonly record struct StoredCid(Entry Entry, long CommittedAt);
