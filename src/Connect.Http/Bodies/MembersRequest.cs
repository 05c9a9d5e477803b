namespace Connect.Http.Bodies;

/// <summary>Users to add to a group.</summary>
/// <param name="Users">1 to 499 ids; contacts are added, others are invited.</param>
internal sealed record MembersRequest(IReadOnlyList<string> Users);
