using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using CsCheck;
using Xunit;

namespace Connect.Tests.Identity;

/// <summary>The rule by which a token of a login is in force.</summary>
public sealed class LoginFactsTests
{
    private static readonly Gen<LoginSnapshot> Facts = Gen.Select(
        Gen.Bool,
        Gen.Long[0, 3],
        Gen.UInt[0, 2],
        (may, from, login) => new LoginSnapshot(may, from, login)
    );

    private static readonly Gen<AccessTokenResult> Tokens = Gen.Select(
        Gen.UInt[0, 2],
        Gen.Long[0, 3],
        (login, issued) => AccessTokenResult.Valid(new(1), new(2), 9) with { Login = login, IssuedAt = issued }
    );

    [Fact]
    public void No_token_of_an_account_that_may_not_log_in_is_in_force() =>
        Gen.Select(Facts, Tokens)
            .Where((facts, _) => !facts.MayLogIn)
            .Sample((facts, token) => facts.Judge(token) == AccessTokenStatus.AccountDisabled);

    [Fact]
    public void A_token_of_ours_is_in_force_exactly_while_the_device_has_its_login() =>
        Gen.Select(Facts, Tokens)
            .Where((facts, token) => facts.MayLogIn && token.Login != 0)
            .Sample(
                (facts, token) =>
                    (facts.Judge(token) == AccessTokenStatus.Valid) == (facts.Login == token.Login)
                    && facts.Judge(token) is AccessTokenStatus.Valid or AccessTokenStatus.Unauthenticated
            );

    [Fact]
    public void A_token_of_an_outside_issuer_is_in_force_when_it_was_not_issued_before_all_were_ended() =>
        Gen.Select(Facts, Tokens)
            .Where((facts, token) => facts.MayLogIn && token.Login == 0)
            .Sample(
                (facts, token) =>
                    (facts.Judge(token) == AccessTokenStatus.Valid) == (token.IssuedAt >= facts.TokensFrom)
            );

    [Fact]
    public void A_device_without_a_chain_has_no_login_and_no_account_may_not_log_in()
    {
        var account = new Account(new(1), "ann", "ann", null, 0, false, 1);
        Assert.Equal(new LoginSnapshot(true, 0, 0), LoginSnapshot.From(account, new(new(1), new(2), "d", 0, null, 1)));
        Assert.Equal(new LoginSnapshot(false, 0, 0), LoginSnapshot.From(null, null));
        Assert.False(LoginSnapshot.From(account with { Disabled = true }, null).MayLogIn);
        Assert.Equal(UInt128.Zero, LoginId.Of([1, 2, 3]));
    }
}
