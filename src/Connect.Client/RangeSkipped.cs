using Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>The next seqs of a conversation will never come.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="From">The first of them.</param>
/// <param name="To">The last of them.</param>
/// <param name="Why">Not a member then, too old to be pushed (history may still have it), or deleted.</param>
public sealed record RangeSkipped(string Conversation, long From, long To, SkipReason Why) : ConnectEvent(Conversation);
