using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.Groups;

/// <summary>Who is to be added to a group, and who to be invited.</summary>
public sealed record Newcomers(ImmutableArray<UserId> Add, ImmutableArray<Invitee> Invite);
