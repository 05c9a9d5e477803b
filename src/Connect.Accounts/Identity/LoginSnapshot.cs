using Connect.Contracts.Accounts;

namespace Connect.Accounts.Identity;

/// <summary>What the store says of a login, and the rule by which a token of it is in force. Pure.</summary>
/// <param name="MayLogIn">The account exists and is not disabled.</param>
/// <param name="TokensFrom">See <see cref="Account.TokensFrom"/>.</param>
/// <param name="Login">The login of the device; none when it has none, or there is no such device.</param>
public readonly record struct LoginSnapshot(bool MayLogIn, long TokensFrom, UInt128 Login)
{
    public static LoginSnapshot From(Account? account, Device? device) =>
        new(account is { Disabled: false }, account?.TokensFrom ?? 0, LoginId.Of(device?.Refresh));

    public AccessTokenStatus Judge(AccessTokenResult token)
    {
        if (!MayLogIn)
        {
            return AccessTokenStatus.AccountDisabled;
        }

        var isInForce = token.Login == 0 ? token.IssuedAt >= TokensFrom : token.Login == Login;
        return isInForce ? AccessTokenStatus.Valid : AccessTokenStatus.Unauthenticated;
    }
}
