using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>What a writer knows of a conversation after loading it.</summary>
/// <param name="Conversation">Which.</param>
/// <param name="Kind">Direct or group.</param>
/// <param name="Epoch">The stored epoch: a claim has already raised it, a plain load has not.</param>
/// <param name="NextSeq">head + 1.</param>
/// <param name="LastTime">The time of the entry at the head, 0 when there is none.</param>
/// <param name="Messages">Messages up to the head.</param>
/// <param name="Title">Of a group; null for a direct conversation.</param>
/// <param name="Members">Present and former members, with their marks.</param>
public sealed record ConversationSnapshot(
    ConversationId Conversation,
    ConversationKind Kind,
    long Epoch,
    long NextSeq,
    long LastTime,
    long Messages,
    string? Title,
    ImmutableArray<Member> Members
);
