namespace Connect.Http.Bodies;

/// <summary>A new account.</summary>
/// <param name="Username">3 to 32 of a-z, digits, '.', '_' and '-', beginning with a letter or digit; in any
/// case.</param>
/// <param name="Password">8 to 128 characters, at most 512 bytes of UTF-8.</param>
internal sealed record RegisterRequest(string Username, string Password);
