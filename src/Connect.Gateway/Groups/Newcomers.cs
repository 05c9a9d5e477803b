using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Gateway.Groups;

/// <summary>Who is to be added to a group, and who to be invited.</summary>
internal sealed record Newcomers(ImmutableArray<UserId> Add, ImmutableArray<Invitee> Invite);
