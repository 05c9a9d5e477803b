using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>A change of a group's membership, roles or title, asked for by one user.</summary>
/// <param name="Actor">The authenticated user.</param>
/// <param name="Cid">The idempotency key: the same again changes nothing and gets the same answer.</param>
/// <param name="Kind">What is asked for; the rest is what that kind needs.</param>
/// <param name="User">The one concerned.</param>
/// <param name="Role">Their new role.</param>
/// <param name="Title">The new title, within the limit.</param>
/// <param name="Add">Existing users to add: contacts of the actor.</param>
/// <param name="Invite">Existing users to invite, and for each whether they block the actor.</param>
[GenerateSerializer, Immutable, Alias("ChangeRequest")]
public sealed record ChangeRequest(
    [property: Id(0)] UserId Actor,
    [property: Id(1)] Cid Cid,
    [property: Id(2)] ChangeKind Kind,
    [property: Id(3)] UserId User = default,
    [property: Id(4)] MemberRole Role = MemberRole.None,
    [property: Id(5)] string? Title = null,
    [property: Id(6)] ImmutableArray<UserId> Add = default,
    [property: Id(7)] ImmutableArray<Invitee> Invite = default
);
