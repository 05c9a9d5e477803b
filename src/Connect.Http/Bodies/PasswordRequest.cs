namespace Connect.Http.Bodies;

/// <summary>Another password.</summary>
/// <param name="OldPassword">The one until now.</param>
/// <param name="NewPassword">8 to 128 characters, at most 512 bytes of UTF-8.</param>
internal sealed record PasswordRequest(string OldPassword, string NewPassword);
