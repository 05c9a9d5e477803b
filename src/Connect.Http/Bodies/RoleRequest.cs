namespace Connect.Http.Bodies;

/// <summary>A member's new role.</summary>
/// <param name="Role"><c>member</c>, <c>admin</c> or <c>owner</c>; who gives ownership away becomes an admin.</param>
internal sealed record RoleRequest(string Role);
