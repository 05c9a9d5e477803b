using System.Text;
using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Identity;

public sealed class DeviceLimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a", 128)]
    [InlineData("ü", 128)]
    [InlineData("🙂", 128)]
    [InlineData("…", 126)]
    public async Task A_name_is_cut_at_128_bytes_and_no_character_is_cut_in_two(string character, int bytes)
    {
        using var world = new IdentityWorld();
        await world.RegisterAsync("ann");
        var name = string.Concat(Enumerable.Repeat(character, 200));
        var tokens = IdentityWorld.Good(
            await world.Logins.LoginAsync("ann", IdentityWorld.Password, name, default, Cancellation)
        );
        var device = (await world.Users.GetDeviceAsync(tokens.User, tokens.Device, Cancellation))!;
        Assert.Equal(bytes, Encoding.UTF8.GetByteCount(device.Name));
        Assert.StartsWith(device.Name, name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_always_comes_second_ends_after_5_attempts()
    {
        using var world = new IdentityWorld();
        var account = await world.RegisterAsync("ann");
        var store = CountedStore.Over(world.Users, nameof(IUserStore.PutDeviceAsync), default(ValueTask<bool>));
        var logins = new DeviceLogins(
            store,
            world.Get<LoginRevocationPublisher>(),
            Options.Create(new IdentityOptions()),
            world.Time
        );
        Assert.Null(await logins.BeginAsync(account.User, DeviceId.NewRandom(), "laptop", Cancellation));
        Assert.Equal(5, CountedStore.CallsOf(store, nameof(IUserStore.PutDeviceAsync)));
    }
}
