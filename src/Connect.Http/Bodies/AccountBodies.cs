namespace Connect.Http.Bodies;

/// <summary>A new account.</summary>
/// <param name="Username">3 to 32 of a-z, digits, '.', '_' and '-', beginning with a letter or digit; in any
/// case.</param>
/// <param name="Password">8 to 128 characters, at most 512 bytes of UTF-8.</param>
internal sealed record RegisterRequest(string Username, string Password);

/// <summary>A new account.</summary>
/// <param name="User">Its id.</param>
internal sealed record RegisterResponse(string User);

/// <summary>The caller's account.</summary>
/// <param name="User">The user's id.</param>
/// <param name="Username">In the user's own spelling.</param>
/// <param name="Device">The device the token was issued to; absent for a token from an external issuer.</param>
/// <param name="CreatedAt">When the account was created, milliseconds since the epoch.</param>
internal sealed record MeResponse(string User, string Username, string? Device, long CreatedAt);

/// <summary>A change of password.</summary>
/// <param name="OldPassword">The current password.</param>
/// <param name="NewPassword">8 to 128 characters, at most 512 bytes of UTF-8.</param>
internal sealed record PasswordRequest(string OldPassword, string NewPassword);

/// <summary>Confirms the deletion of the caller's account.</summary>
/// <param name="Password">The account's password; absent for a user of an external issuer, who has none.</param>
internal sealed record DeleteAccountRequest(string? Password = null);

/// <summary>A user found by name.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Username">In the user's own spelling.</param>
/// <param name="Direct">The id of the caller's direct conversation with them, begun or not; absent for oneself.</param>
internal sealed record UserResponse(string Id, string Username, string? Direct = null);
