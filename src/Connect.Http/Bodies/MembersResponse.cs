namespace Connect.Http.Bodies;

/// <summary>Everybody in a group.</summary>
/// <param name="Members">In the order in which they first came.</param>
internal sealed record MembersResponse(IReadOnlyList<MemberResponse> Members);
