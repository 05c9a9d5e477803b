using Connect.Accounts.Identity;
using Connect.Contracts.Refusals;
using Xunit;

namespace Connect.Tests.Identity;

/// <summary>Logins that are ended, by whom and how: their tokens are worth nothing from then on.</summary>
public sealed class LoginEndTests : IAsyncLifetime
{
    private const string NewPassword = "battery staple";

    private readonly IdentityWorld _world = new();
    private IssuedTokens _one = null!;
    private IssuedTokens _two = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _world.RegisterAsync("ann");
        _one = await _world.LoginAsync("ann");
        _two = await _world.LoginAsync("ann");
        await InForceAsync(_one);
        await InForceAsync(_two);
    }

    public ValueTask DisposeAsync()
    {
        _world.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_logout_ends_the_access_tokens_of_this_device_at_once_and_tells_it()
    {
        Assert.Null(await _world.Endings.LogoutAsync(_one.User, _one.Device, Cancel));

        await OverAsync(_one);
        await InForceAsync(_two);
        var told = Assert.Single(_world.Ended.All);
        Assert.Equal((_one.User, false), (told.User, told.DisablesAccount));
        Assert.True(told.Concerns(_one.Device));
        Assert.False(told.Concerns(_two.Device));
    }

    [Fact]
    public async Task A_logout_everywhere_ends_every_device()
    {
        Assert.Null(await _world.Endings.LogoutEverywhereAsync(_one.User, Cancel));

        await OverAsync(_one);
        await OverAsync(_two);
        var told = Assert.Single(_world.Ended.All);
        Assert.True(told.Concerns(_one.Device) && told.Concerns(_two.Device));
    }

    [Fact]
    public async Task A_revoked_device_is_gone_and_logs_in_again_only_as_another()
    {
        Assert.Null(await _world.Endings.RevokeAsync(_one.User, _two.Device, Cancel));

        await OverAsync(_two);
        await InForceAsync(_one);
        Assert.Equal(
            [_one.Device],
            (await _world.Users.ListDevicesAsync(_one.User, Cancel)).Select(device => device.Id)
        );
        var again = IdentityWorld.Good(
            await _world.Logins.LoginAsync("ann", IdentityWorld.Password, "back", _two.Device, Cancel)
        );
        Assert.NotEqual(_two.Device, again.Device);
        await OverAsync(_two);
    }

    [Fact]
    public async Task Nobody_revokes_a_device_that_is_not_theirs()
    {
        await _world.RegisterAsync("bob");
        var bob = await _world.LoginAsync("bob");

        var refusal = await _world.Endings.RevokeAsync(bob.User, _one.Device, Cancel);

        Assert.Equal(RefusalReason.NotFound, refusal!.Reason);
        Assert.Empty(_world.Ended.All);
        await InForceAsync(_one);
    }

    [Fact]
    public async Task A_changed_password_ends_the_other_devices_and_keeps_this_one()
    {
        Assert.Null(await ChangeAsync(IdentityWorld.Password, NewPassword));

        await InForceAsync(_one);
        await OverAsync(_two);
        IdentityWorld.Good(await _world.Logins.RefreshAsync(_one.RefreshToken, Cancel));
        IdentityWorld.Bad(await _world.Logins.LoginAsync("ann", IdentityWorld.Password, null, default, Cancel));
        IdentityWorld.Good(await _world.Logins.LoginAsync("ann", NewPassword, null, default, Cancel));
        Assert.Equal([_one.Device], _world.Ended.All.Select(each => each.Kept));
    }

    [Fact]
    public async Task Who_logs_in_again_on_the_same_device_is_in_at_once_and_the_login_before_is_over()
    {
        var again = await LoginAgainAsync();

        Assert.Equal(_one.Device, again.Device);
        await InForceAsync(again);
        await OverAsync(_one);
        await InForceAsync(_two);
        Assert.Equal([_one.Device], Assert.Single(_world.Ended.All).Devices);
    }

    [Fact]
    public async Task Who_logs_in_again_after_a_logout_is_in_at_once()
    {
        Assert.Null(await _world.Endings.LogoutAsync(_one.User, _one.Device, Cancel));
        // Read and remembered: this device has no login.
        await OverAsync(_one);

        await InForceAsync(await LoginAgainAsync());
    }

    [Fact]
    public async Task A_login_that_another_node_began_is_in_force_at_once()
    {
        var (chain, token) = RefreshRotation.Begin(_one.User, _one.Device, _world.Time.GetUtcNow());
        var device = await _world.Users.GetDeviceAsync(_one.User, _one.Device, Cancel);
        await _world.Users.PutDeviceAsync(device! with { Refresh = chain, Version = device.Version + 1 });

        var (access, _) = _world.Issuer.Issue(_one.User, _one.Device, LoginId.Of(token.Chain));
        Assert.True((await _world.Tokens.ValidateAsync(access)).IsValid);
    }

    [Fact]
    public async Task A_wrong_old_password_changes_nothing()
    {
        Assert.Equal(RefusalReason.Unauthenticated, (await ChangeAsync("something else", NewPassword))!.Reason);
        Assert.Equal(RefusalReason.Unauthenticated, (await ChangeAsync(new string('x', 1000), NewPassword))!.Reason);
        Assert.Equal("new_password", (await ChangeAsync(IdentityWorld.Password, "short"))!.Field);

        await InForceAsync(_two);
        Assert.Empty(_world.Ended.All);
        await _world.LoginAsync("ann");
    }

    [Fact]
    public async Task A_refresh_token_used_again_late_ends_the_login_with_its_access_tokens()
    {
        var next = IdentityWorld.Good(await _world.Logins.RefreshAsync(_one.RefreshToken, Cancel));
        next = IdentityWorld.Good(await _world.Logins.RefreshAsync(next.RefreshToken, Cancel));
        await InForceAsync(next);

        IdentityWorld.Bad(await _world.Logins.RefreshAsync(_one.RefreshToken, Cancel));

        await OverAsync(next);
        Assert.True(Assert.Single(_world.Ended.All).Concerns(_one.Device));
        await InForceAsync(_two);
    }

    [Fact]
    public async Task A_device_that_makes_room_for_another_is_told_that_its_login_is_over()
    {
        using var world = new IdentityWorld(new() { DevicesPerUser = 1 });
        await world.RegisterAsync("ann");
        var first = await world.LoginAsync("ann");
        await world.LoginAsync("ann");

        Assert.False((await world.Tokens.ValidateAsync(first.AccessToken)).IsValid);
        Assert.True(Assert.Single(world.Ended.All).Concerns(first.Device));
    }

    [Fact]
    public async Task A_node_that_was_not_told_notices_within_the_time_it_believes_a_login()
    {
        // Another node's work: the row changes, nobody tells this one.
        var device = await _world.Users.GetDeviceAsync(_one.User, _one.Device, Cancel);
        await _world.Users.PutDeviceAsync(device! with { Refresh = null, Version = device.Version + 1 });

        await InForceAsync(_one);
        Assert.Equal(
            AccessTokenStatus.Unauthenticated,
            await _world.Tokens.RecheckAsync(await _world.OwnTokens.ValidateAsync(_one.AccessToken))
        );
        await OverAsync(_one);
        _world.Time.Advance(TimeSpan.FromSeconds(3));
        await OverAsync(_one);
    }

    [Fact]
    public async Task The_memory_of_a_login_lasts_three_seconds_and_not_longer()
    {
        var device = await _world.Users.GetDeviceAsync(_one.User, _one.Device, Cancel);
        await _world.Users.PutDeviceAsync(device! with { Refresh = null, Version = device.Version + 1 });

        _world.Time.Advance(TimeSpan.FromMilliseconds(2999));
        await InForceAsync(_one);
        _world.Time.Advance(TimeSpan.FromMilliseconds(1));
        await OverAsync(_one);
    }

    [Fact]
    public async Task A_disabled_account_is_told_from_an_ended_login()
    {
        var account = await _world.Users.GetAsync(_one.User, Cancel);
        await _world.Users.UpdateAsync(account! with { Disabled = true, Version = account.Version + 1 });
        _world.Time.Advance(TimeSpan.FromSeconds(3));

        var result = await _world.Tokens.ValidateAsync(_one.AccessToken);

        Assert.Equal(AccessTokenResult.AccountDisabled, result);
    }

    private Task<Refusal?> ChangeAsync(string old, string wanted) =>
        _world.Get<PasswordChange>().ChangeAsync(_one.User, _one.Device, old, wanted, Cancel);

    private async Task<IssuedTokens> LoginAgainAsync() =>
        IdentityWorld.Good(await _world.Logins.LoginAsync("ann", IdentityWorld.Password, null, _one.Device, Cancel));

    private async Task InForceAsync(IssuedTokens tokens) =>
        Assert.True((await _world.Tokens.ValidateAsync(tokens.AccessToken)).IsValid);

    private async Task OverAsync(IssuedTokens tokens)
    {
        Assert.Equal(AccessTokenResult.Unauthenticated, await _world.Tokens.ValidateAsync(tokens.AccessToken));
        var refusal = IdentityWorld.Bad(await _world.Logins.RefreshAsync(tokens.RefreshToken, Cancel));
        Assert.Equal(RefusalReason.Unauthenticated, refusal.Reason);
    }
}
