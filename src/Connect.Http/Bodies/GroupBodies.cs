namespace Connect.Http.Bodies;

/// <summary>A new group.</summary>
/// <param name="Title">1 to 256 bytes of UTF-8.</param>
/// <param name="Members">Ids of the users to add besides the caller; contacts are added, others invited.</param>
internal sealed record GroupRequest(string Title, IReadOnlyList<string>? Members = null);

/// <summary>A new title of a group.</summary>
/// <param name="Title">1 to 256 bytes of UTF-8.</param>
internal sealed record TitleRequest(string Title);

/// <summary>Users to add to a group.</summary>
/// <param name="Users">1 to 499 ids; contacts are added, others invited.</param>
internal sealed record MembersRequest(IReadOnlyList<string> Users);

/// <summary>A member's new role.</summary>
/// <param name="Role"><c>member</c>, <c>admin</c> or <c>owner</c>; who hands over ownership becomes an admin.</param>
internal sealed record RoleRequest(string Role);

/// <summary>A durable change of a group.</summary>
/// <param name="Conversation">The group.</param>
/// <param name="Seq">The first entry of the change; absent when nothing changed.</param>
/// <param name="Time">Its time, milliseconds since the epoch.</param>
/// <param name="Added">The requested users who are members now.</param>
/// <param name="Invited">The requested users who are not contacts and were invited.</param>
internal sealed record ChangeResponse(
    string Conversation,
    long? Seq = null,
    long? Time = null,
    IReadOnlyList<string>? Added = null,
    IReadOnlyList<string>? Invited = null
);

/// <summary>The members of a group.</summary>
/// <param name="Members">In the order in which they first joined.</param>
internal sealed record MembersResponse(IReadOnlyList<MemberResponse> Members);

/// <summary>
/// A member of a group, or an invited user. A former member whose entries the caller sees has neither a role nor an
/// inviter.
/// </summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; absent when the account is gone.</param>
/// <param name="Role"><c>member</c>, <c>admin</c> or <c>owner</c>; absent for anyone who is not a member.</param>
/// <param name="Since">The entry with which they became a member.</param>
/// <param name="InvitedBy">Who invited them.</param>
/// <param name="InvitedAt">When they were invited, milliseconds since the epoch.</param>
internal sealed record MemberResponse(
    string User,
    string? Username,
    string? Role = null,
    long? Since = null,
    string? InvitedBy = null,
    long? InvitedAt = null
);

/// <summary>The caller's invites, newest first.</summary>
/// <param name="Invites">A page of them.</param>
/// <param name="Next">Where the next page begins; absent: this was the last.</param>
internal sealed record InvitesResponse(IReadOnlyList<InviteResponse> Invites, string? Next = null);

/// <summary>A pending invite: all that an invited user sees of a group.</summary>
/// <param name="Conversation">The group.</param>
/// <param name="Title">Its title.</param>
/// <param name="MemberCount">The number of its members.</param>
/// <param name="InvitedBy">The user who sent the invite.</param>
/// <param name="InvitedByUsername">Their name.</param>
/// <param name="InvitedAt">When they were invited, milliseconds since the epoch.</param>
/// <param name="ExpiresAt">When it expires, milliseconds since the epoch.</param>
internal sealed record InviteResponse(
    string Conversation,
    string Title,
    int MemberCount,
    string InvitedBy,
    string? InvitedByUsername,
    long InvitedAt,
    long ExpiresAt
);
