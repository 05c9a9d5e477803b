namespace Connect.Gateway.Sessions;

/// <summary>What an access token is worth.</summary>
public enum AccessTokenStatus
{
    /// <summary>Good until its expiry.</summary>
    Valid = 1,

    /// <summary>Not a token of ours, damaged, revoked, or of an account that may not log in.</summary>
    Unauthenticated = 2,

    /// <summary>Was good once: get a new one with the refresh token.</summary>
    Expired = 3,
}
