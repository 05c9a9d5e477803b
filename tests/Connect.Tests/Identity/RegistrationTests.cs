using Connect.Accounts.Identity;
using Connect.Contracts.Refusals;
using CsCheck;
using Xunit;

namespace Connect.Tests.Identity;

public sealed class RegistrationTests
{
    [Theory]
    [InlineData("ann", "ann")]
    [InlineData("Ann.B_c-9", "ann.b_c-9")]
    [InlineData("0123456789012345678901234567890A", "0123456789012345678901234567890a")]
    public void A_good_username_is_compared_in_lower_case(string username, string normalized)
    {
        Assert.True(Username.TryNormalize(username, out var found));
        Assert.Equal(normalized, found);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("012345678901234567890123456789012")]
    [InlineData(".ann")]
    [InlineData("_ann")]
    [InlineData("an n")]
    [InlineData("ann\n")]
    [InlineData("ännä")]
    [InlineData("аnn")]
    [InlineData("ann@home")]
    public void A_bad_username_is_refused(string? username) => Assert.False(Username.TryNormalize(username, out _));

    [Fact]
    public void Normalising_twice_changes_nothing() =>
        Gen.String[Gen.Char[(char)32, (char)127], 0, 40]
            .Sample(text =>
                !Username.TryNormalize(text, out var once)
                || (Username.TryNormalize(once, out var twice) && twice == once)
            );

    [Theory]
    [InlineData("12345678", true)]
    [InlineData("🐦🐦🐦🐦🐦🐦🐦🐦", true)]
    [InlineData("        ", true)]
    [InlineData("1234567", false)]
    [InlineData("🐦🐦🐦🐦🐦🐦🐦", false)]
    public void A_password_has_eight_characters_of_text(string password, bool isGood) =>
        Assert.Equal(isGood, PasswordRules.FindProblem(password) is null);

    [Fact]
    public void Half_a_character_is_no_password() =>
        Assert.NotNull(PasswordRules.FindProblem("12345678" + (char)0xD800));

    [Fact]
    public void A_password_has_128_characters_at_most()
    {
        Assert.Null(PasswordRules.FindProblem(new string('x', 128)));
        Assert.Null(PasswordRules.FindProblem(string.Concat(Enumerable.Repeat("🐦", 128))));
        Assert.NotNull(PasswordRules.FindProblem(new string('x', 129)));
    }

    [Fact]
    public async Task An_account_keeps_the_username_as_written_and_no_password()
    {
        using var world = new IdentityWorld();
        var account = await world.RegisterAsync("Ann.B");
        var stored = await world.Users.FindByUsernameAsync("ann.b", TestContext.Current.CancellationToken);
        Assert.Equal(account, stored);
        Assert.Equal("Ann.B", account.Username);
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", account.PasswordHash, StringComparison.Ordinal);
        Assert.DoesNotContain(IdentityWorld.Password, account.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_username_is_taken_in_any_case()
    {
        using var world = new IdentityWorld();
        await world.RegisterAsync("ann");
        var refusal = IdentityWorld.Bad(
            await world.Registration.RegisterAsync("ANN", IdentityWorld.Password, TestContext.Current.CancellationToken)
        );
        Assert.Equal((RefusalReason.Conflict, "username"), (refusal.Reason, refusal.Field));
    }

    [Theory]
    [InlineData("a b", IdentityWorld.Password, "username")]
    [InlineData("ann", "short", "password")]
    public async Task What_breaks_a_rule_is_refused_by_its_field(string username, string password, string field)
    {
        using var world = new IdentityWorld();
        var refusal = IdentityWorld.Bad(
            await world.Registration.RegisterAsync(username, password, TestContext.Current.CancellationToken)
        );
        Assert.Equal((RefusalReason.Invalid, field), (refusal.Reason, refusal.Field));
    }
}
