namespace Connect.Http.Bodies;

/// <summary>The caller's invites, the newest first.</summary>
internal sealed record InvitesResponse(IReadOnlyList<InviteResponse> Invites);
