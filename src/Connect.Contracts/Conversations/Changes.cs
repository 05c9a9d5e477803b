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

/// <summary>What a <see cref="ChangeRequest"/> asks for.</summary>
public enum ChangeKind : byte
{
    None = 0,

    /// <summary>A new group: its title, and the users to add and to invite at once.</summary>
    Create = 1,

    /// <summary>Adds <c>Add</c> and invites <c>Invite</c>; who is there already is passed over.</summary>
    Add = 2,

    /// <summary>The actor takes their invite.</summary>
    AcceptInvite = 3,

    /// <summary>The actor declines their invite.</summary>
    DeclineInvite = 4,

    /// <summary>Takes the invite of <c>User</c> back.</summary>
    WithdrawInvite = 5,

    /// <summary>Removes <c>User</c>.</summary>
    Remove = 6,

    /// <summary>The actor leaves.</summary>
    Leave = 7,

    /// <summary>Gives <c>User</c> the role <c>Role</c>.</summary>
    SetRole = 8,

    /// <summary>Sets the title.</summary>
    SetTitle = 9,
}

/// <summary>A user to invite.</summary>
/// <param name="User">Who.</param>
/// <param name="IsHidden">They block the inviter, so they are not to see the invite.</param>
[GenerateSerializer, Immutable, Alias("Invitee")]
public readonly record struct Invitee([property: Id(0)] UserId User, [property: Id(1)] bool IsHidden);

/// <summary>The outcome of a <see cref="ChangeRequest"/>.</summary>
/// <param name="Status"><c>Committed</c>, <c>Duplicate</c> or why not.</param>
/// <param name="Seq">The first entry of the change; 0 when there was nothing to change.</param>
/// <param name="Time">Its time.</param>
[GenerateSerializer, Immutable, Alias("ChangeReply")]
public readonly record struct ChangeReply(
    [property: Id(0)] AppendStatus Status,
    [property: Id(1)] long Seq = 0,
    [property: Id(2)] long Time = 0
);
