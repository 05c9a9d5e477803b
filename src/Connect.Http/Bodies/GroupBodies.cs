namespace Connect.Http.Bodies;

/// <summary>A new group.</summary>
/// <param name="Title">1 to 256 bytes of UTF-8.</param>
/// <param name="Members">Ids of the users to add, besides oneself; contacts are added, others are invited.</param>
internal sealed record GroupRequest(string Title, IReadOnlyList<string>? Members = null);

/// <summary>A new title of a group.</summary>
/// <param name="Title">1 to 256 bytes of UTF-8.</param>
internal sealed record TitleRequest(string Title);

/// <summary>Users to add to a group.</summary>
/// <param name="Users">1 to 499 ids; contacts are added, others are invited.</param>
internal sealed record MembersRequest(IReadOnlyList<string> Users);

/// <summary>A member's new role.</summary>
/// <param name="Role"><c>member</c>, <c>admin</c> or <c>owner</c>; who gives ownership away becomes an admin.</param>
internal sealed record RoleRequest(string Role);

/// <summary>A change of a group that is durable.</summary>
/// <param name="Conversation">The group.</param>
/// <param name="Seq">The first entry of the change; absent when there was nothing to change.</param>
/// <param name="Time">Its time, milliseconds since the epoch.</param>
/// <param name="Added">Users that were to be added and are members now.</param>
/// <param name="Invited">Users that are no contacts and were invited.</param>
internal sealed record ChangeResponse(
    string Conversation,
    long? Seq = null,
    long? Time = null,
    IReadOnlyList<string>? Added = null,
    IReadOnlyList<string>? Invited = null
);

/// <summary>Everybody in a group.</summary>
/// <param name="Members">In the order in which they first came.</param>
internal sealed record MembersResponse(IReadOnlyList<MemberResponse> Members);

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

/// <summary>The caller's invites, the newest first.</summary>
internal sealed record InvitesResponse(IReadOnlyList<InviteResponse> Invites);

/// <summary>An invite that waits for an answer: all that an invited user sees of a group.</summary>
/// <param name="Conversation">The group.</param>
/// <param name="Title">Its title.</param>
/// <param name="MemberCount">Its members now.</param>
/// <param name="InvitedBy">Who invited.</param>
/// <param name="InvitedByUsername">Their name.</param>
/// <param name="InvitedAt">When, milliseconds since the epoch.</param>
/// <param name="ExpiresAt">When it lapses.</param>
internal sealed record InviteResponse(
    string Conversation,
    string Title,
    int MemberCount,
    string InvitedBy,
    string? InvitedByUsername,
    long InvitedAt,
    long ExpiresAt
);
