namespace Connect.Http.Bodies;

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
