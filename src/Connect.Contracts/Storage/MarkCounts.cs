namespace Connect.Contracts.Storage;

/// <summary>See <see cref="IConversationStore.CountAsync"/>.</summary>
/// <param name="Messages">Messages up to and including the seq.</param>
/// <param name="OwnAbove">The member's own messages above the seq.</param>
public readonly record struct MarkCounts(long Messages, long OwnAbove);
