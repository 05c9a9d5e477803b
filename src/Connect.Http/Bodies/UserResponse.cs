namespace Connect.Http.Bodies;

/// <summary>A user found by name.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Username">As its user wrote it.</param>
/// <param name="Direct">The id of the caller's direct conversation with them, begun or not; absent for oneself.</param>
internal sealed record UserResponse(string Id, string Username, string? Direct = null);
