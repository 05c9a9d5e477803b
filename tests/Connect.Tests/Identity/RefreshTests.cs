using Connect.Accounts.Identity;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Xunit;

namespace Connect.Tests.Identity;

public sealed class RefreshTests : IAsyncLifetime
{
    private readonly IdentityWorld _world = new();
    private IssuedTokens _login = null!;

    public async ValueTask InitializeAsync()
    {
        await _world.RegisterAsync("ann");
        _login = await _world.LoginAsync("ann");
    }

    [Fact]
    public async Task A_refresh_gives_the_next_pair_of_the_same_device()
    {
        _world.Time.Advance(TimeSpan.FromMinutes(14));
        var next = await RefreshAsync(_login.RefreshToken);
        Assert.Equal((_login.User, _login.Device), (next.User, next.Device));
        Assert.NotEqual(_login.RefreshToken, next.RefreshToken);
        var token = await _world.Tokens.ValidateAsync(next.AccessToken);
        Assert.Equal((_login.User, _login.Device), (token.User, token.Device));
        await RefreshAsync(next.RefreshToken);
    }

    [Fact]
    public async Task A_lost_answer_is_given_again_while_the_new_token_is_unused()
    {
        var lost = await RefreshAsync(_login.RefreshToken);
        _world.Time.Advance(TimeSpan.FromDays(59));
        var again = await RefreshAsync(_login.RefreshToken);
        Assert.Equal(lost.RefreshToken, again.RefreshToken);
        await RefreshAsync(again.RefreshToken);
    }

    [Fact]
    public async Task A_lost_answer_after_60_days_is_lost_with_the_login()
    {
        await RefreshAsync(_login.RefreshToken);
        _world.Time.Advance(TimeSpan.FromDays(60));
        await RefusedAsync(_login.RefreshToken);
    }

    [Fact]
    public async Task Once_the_new_token_is_used_the_old_one_revokes_the_chain()
    {
        var second = await RefreshAsync(_login.RefreshToken);
        var third = await RefreshAsync(second.RefreshToken);
        await RefusedAsync(_login.RefreshToken);
        await RefusedAsync(second.RefreshToken);
        await RefusedAsync(third.RefreshToken);
        Assert.Null((await DeviceAsync())!.Refresh);
        Assert.Contains(_world.Log.Events, each => each.Event.Id == 1800);
    }

    [Fact]
    public async Task Repeating_does_not_prolong_the_chain()
    {
        await RefreshAsync(_login.RefreshToken);
        var expires = (await DeviceAsync())!.Refresh!.ExpiresAt;
        _world.Time.Advance(TimeSpan.FromDays(30));
        await RefreshAsync(_login.RefreshToken);
        Assert.Equal(expires, (await DeviceAsync())!.Refresh!.ExpiresAt);
    }

    [Fact]
    public async Task Of_an_owner_and_a_thief_who_both_hold_a_token_the_second_to_use_the_successor_ends_the_login()
    {
        var owners = await RefreshAsync(_login.RefreshToken);
        _world.Time.Advance(TimeSpan.FromHours(1));
        var thiefs = await RefreshAsync(_login.RefreshToken);
        Assert.Equal(owners.RefreshToken, thiefs.RefreshToken);
        var next = await RefreshAsync(thiefs.RefreshToken);
        await RefreshAsync(next.RefreshToken);
        await RefusedAsync(owners.RefreshToken);
        await RefusedAsync(next.RefreshToken);
    }

    [Fact]
    public async Task Two_at_once_get_the_same_successor()
    {
        var both = await Task.WhenAll(RefreshAsync(_login.RefreshToken), RefreshAsync(_login.RefreshToken));
        Assert.Equal(both[0].RefreshToken, both[1].RefreshToken);
        await RefreshAsync(both[0].RefreshToken);
    }

    [Fact]
    public async Task A_chain_ends_after_60_days_without_use_and_each_use_prolongs_it()
    {
        var token = _login.RefreshToken;
        for (var i = 0; i < 3; i++)
        {
            _world.Time.Advance(TimeSpan.FromDays(59));
            token = (await RefreshAsync(token)).RefreshToken;
        }

        _world.Time.Advance(TimeSpan.FromDays(60));
        await RefusedAsync(token);
    }

    [Fact]
    public async Task A_guess_neither_works_nor_revokes()
    {
        Assert.True(RefreshToken.TryParse(_login.RefreshToken, out var real));
        await RefusedAsync((real with { Chain = new byte[16] }).ToString());
        await RefusedAsync((real with { Device = DeviceId.NewRandom() }).ToString());
        await RefusedAsync((real with { User = UserId.NewRandom() }).ToString());
        await RefusedAsync("");
        await RefusedAsync("x");
        await RefusedAsync(_login.RefreshToken + "A");
        await RefreshAsync(_login.RefreshToken);
    }

    [Fact]
    public async Task Logging_out_ends_the_chain_of_that_device_alone()
    {
        var other = await _world.LoginAsync("ann");
        Assert.NotEqual(_login.Device, other.Device);
        Assert.Null(
            await _world.Endings.LogoutAsync(_login.User, _login.Device, TestContext.Current.CancellationToken)
        );
        await RefusedAsync(_login.RefreshToken);
        await RefreshAsync(other.RefreshToken);
    }

    [Fact]
    public async Task A_disabled_user_gets_no_new_tokens()
    {
        var account = await _world.Users.GetAsync(_login.User, TestContext.Current.CancellationToken);
        await _world.Users.UpdateAsync(account! with { Disabled = true, Version = account.Version + 1 });
        await RefusedAsync(_login.RefreshToken);
    }

    [Fact]
    public async Task A_known_device_is_used_again_and_its_old_chain_ends()
    {
        var again = await LoginAsync(_login.Device);
        Assert.Equal(_login.Device, again.Device);
        await RefusedAsync(_login.RefreshToken);
        await RefreshAsync(again.RefreshToken);
    }

    [Fact]
    public async Task The_device_of_another_user_is_not_taken_over()
    {
        await _world.RegisterAsync("bob");
        var bob = await _world.LoginAsync("bob");
        Assert.NotEqual(bob.Device, (await LoginAsync(bob.Device)).Device);
        await RefreshAsync(bob.RefreshToken);
    }

    [Fact]
    public async Task Above_the_limit_the_device_unused_for_longest_goes()
    {
        using var world = new IdentityWorld(new() { DevicesPerUser = 3 });
        var user = (await world.RegisterAsync("ann")).User;
        var logins = new List<IssuedTokens>();
        for (var i = 0; i < 4; i++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(1));
            logins.Add(await world.LoginAsync("ann"));
            if (i == 1)
            {
                world.Time.Advance(TimeSpan.FromMinutes(1));
                IdentityWorld.Good(
                    await world.Logins.RefreshAsync(logins[0].RefreshToken, TestContext.Current.CancellationToken)
                );
            }
        }

        var devices = await world.Users.ListDevicesAsync(user, TestContext.Current.CancellationToken);
        Assert.Equal(
            logins.Where((_, at) => at != 1).Select(each => each.Device).Order(),
            devices.Select(each => each.Id).Order()
        );
    }

    [Fact]
    public async Task No_secret_is_stored_or_logged()
    {
        await RefreshAsync(_login.RefreshToken);
        Assert.True(RefreshToken.TryParse(_login.RefreshToken, out var token));
        var chain = (await DeviceAsync())!.Refresh!;
        Assert.False(chain.CurrentHash.Span.SequenceEqual(token.Secret));
        Assert.False(chain.PreviousHash.Span.SequenceEqual(token.Secret));
        Assert.All(_world.Log.Events, each => Assert.DoesNotContain("ann", each.Text, StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync()
    {
        _world.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IssuedTokens> RefreshAsync(string token) =>
        IdentityWorld.Good(await _world.Logins.RefreshAsync(token, TestContext.Current.CancellationToken));

    private async Task RefusedAsync(string token) =>
        Assert.Equal(
            RefusalReason.Unauthenticated,
            IdentityWorld.Bad(await _world.Logins.RefreshAsync(token, TestContext.Current.CancellationToken)).Reason
        );

    private async Task<IssuedTokens> LoginAsync(DeviceId device) =>
        IdentityWorld.Good(
            await _world.Logins.LoginAsync(
                "ann",
                IdentityWorld.Password,
                null,
                device,
                TestContext.Current.CancellationToken
            )
        );

    private async Task<Contracts.Accounts.Device?> DeviceAsync() =>
        await _world.Users.GetDeviceAsync(_login.User, _login.Device, TestContext.Current.CancellationToken);
}
