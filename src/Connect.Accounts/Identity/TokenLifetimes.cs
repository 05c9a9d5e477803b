namespace Connect.Accounts.Identity;

/// <summary>How long tokens live.</summary>
public static class TokenLifetimes
{
    /// <summary>An access token cannot be taken back, so it is short.</summary>
    public static readonly TimeSpan Access = TimeSpan.FromMinutes(15);

    /// <summary>A device that stays away for longer must log in again.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromDays(60);

    /// <summary>How long a used refresh token is valid while its successor is unused: an answer may be lost.</summary>
    public static readonly TimeSpan RefreshGrace = TimeSpan.FromSeconds(60);

    /// <summary>How far another node's clock may be ahead of ours when it says from when a token counts.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
}
