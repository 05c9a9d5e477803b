namespace Connect.Accounts.Identity;

/// <summary>What an access token is worth.</summary>
public enum AccessTokenStatus
{
    /// <summary>Good until its expiry.</summary>
    Valid = 1,

    /// <summary>Not a token of ours, damaged, or its login was ended.</summary>
    Unauthenticated = 2,

    /// <summary>Was good once: get a new one with the refresh token.</summary>
    Expired = 3,

    /// <summary>Genuine, but its account is disabled or deleted.</summary>
    AccountDisabled = 4,
}
