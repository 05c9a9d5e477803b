namespace Connect.Accounts.Identity;

/// <summary>The names and fixed values in our access tokens (RFC 9068).</summary>
public static class AccessTokenClaims
{
    public const string Type = "at+jwt";
    public const string Subject = "sub";
    public const string Device = "device";
    public const string Login = "login";
}
