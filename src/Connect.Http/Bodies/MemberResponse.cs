namespace Connect.Http.Bodies;

/// <summary>
/// A member of a group, or somebody invited to it; a former member, whose entries the caller sees, has neither role nor
/// inviter.
/// </summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; absent when the account is gone.</param>
/// <param name="Role"><c>member</c>, <c>admin</c> or <c>owner</c>; absent for one who is not a member.</param>
/// <param name="Since">The entry with which they became a member.</param>
/// <param name="InvitedBy">Who invited them.</param>
/// <param name="InvitedAt">When, milliseconds since the epoch.</param>
internal sealed record MemberResponse(
    string User,
    string? Username,
    string? Role = null,
    long? Since = null,
    string? InvitedBy = null,
    long? InvitedAt = null
);
