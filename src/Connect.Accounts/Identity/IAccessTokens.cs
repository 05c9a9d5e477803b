using Connect.Contracts.Identifiers;

namespace Connect.Accounts.Identity;

/// <summary>Who is behind an access token, for <c>hello</c>, <c>auth</c> and HTTP alike.</summary>
public interface IAccessTokens
{
    /// <summary>
    /// Checks signature, issuer, audience, times, and that the login was not ended. Never throws for a bad token; an
    /// exception means that the answer is not known now (retryable).
    /// </summary>
    ValueTask<AccessTokenResult> ValidateAsync(string token);

    /// <summary>
    /// Makes the device known that a client states beside a token that is bound to none, so that its user can list and
    /// revoke it. False: that cannot be done now, or the user is gone.
    /// </summary>
    ValueTask<bool> RegisterDeviceAsync(AccessTokenResult token, DeviceId device, string agent);

    /// <summary>
    /// Whether the login behind a valid token is in force at this moment, asked of the store and of no memory. For one
    /// who has just made a session findable: an end of the login either finds the session, or is found here.
    /// </summary>
    ValueTask<AccessTokenStatus> RecheckAsync(AccessTokenResult token);
}
