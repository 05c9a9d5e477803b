using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>The user's side of a store.</summary>
public abstract class UserConformance : IDisposable
{
    private readonly Lazy<StoreUnderTest> _ports;

    protected UserConformance() => _ports = new(Open);

    private IUserStore Users => _ports.Value.Users;

    private IConversationIndex Index => _ports.Value.Index;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ports.Value.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract StoreUnderTest Open();

    [Fact]
    public async Task An_account_is_found_by_id_and_by_username()
    {
        var account = NewAccount("Anna");

        Assert.True(await Users.CreateAsync(account));

        Assert.Equal(account, await Users.GetAsync(account.User, Cancel));
        Assert.Equal(account, await Users.FindByUsernameAsync("anna", Cancel));
        Assert.Null(await Users.FindByUsernameAsync("Anna", Cancel));
        Assert.Null(await Users.GetAsync(UserId.NewRandom(), Cancel));
    }

    [Fact]
    public async Task An_account_without_a_password_keeps_none()
    {
        var account = NewAccount("Outside") with { PasswordHash = null, Disabled = true };

        Assert.True(await Users.CreateAsync(account));

        Assert.Equal(account, await Users.GetAsync(account.User, Cancel));
    }

    [Fact]
    public async Task A_username_is_given_once_also_to_many_at_once()
    {
        var accounts = Enumerable.Range(0, 16).Select(_ => NewAccount("Anna")).ToArray();

        var created = await Task.WhenAll(accounts.Select(a => Task.Run(async () => await Users.CreateAsync(a))));

        var winner = accounts[Array.IndexOf(created, true)];
        Assert.Single(created, c => c);
        Assert.Equal(winner, await Users.FindByUsernameAsync("anna", Cancel));
        Assert.Null(await Users.GetAsync(accounts.First(a => a != winner).User, Cancel));
        Assert.False(await Users.CreateAsync(winner with { Username = "Other", NormalizedUsername = "other" }));
    }

    [Fact]
    public async Task An_account_changes_only_from_the_version_before()
    {
        var account = NewAccount("Anna");
        await Users.CreateAsync(account);
        var changed = account with { PasswordHash = "new", Version = 2 };

        var results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Users.UpdateAsync(changed)))
        );

        Assert.Single(results, r => r);
        Assert.Equal(changed, await Users.GetAsync(account.User, Cancel));
        Assert.False(await Users.UpdateAsync(NewAccount("Nobody") with { Version = 2 }));
        Assert.False(await Users.UpdateAsync(changed with { Version = 4 }));
    }

    [Fact]
    public async Task A_renamed_account_frees_its_old_name_and_takes_no_others()
    {
        var anna = NewAccount("Anna");
        await Users.CreateAsync(anna);
        await Users.CreateAsync(NewAccount("Ben"));
        var renamed = anna with { Username = "Anne", NormalizedUsername = "anne", Version = 2 };

        Assert.False(await Users.UpdateAsync(anna with { NormalizedUsername = "ben", Version = 2 }));
        Assert.True(await Users.UpdateAsync(renamed));

        Assert.Equal(renamed, await Users.FindByUsernameAsync("anne", Cancel));
        Assert.Null(await Users.FindByUsernameAsync("anna", Cancel));
        Assert.True(await Users.CreateAsync(NewAccount("Anna")));
    }

    [Fact]
    public async Task Devices_are_put_by_version_listed_and_deleted()
    {
        var user = UserId.NewRandom();
        var phone = new Device(user, new(1), "Telefon 📱", 5, null, 1);
        var laptop = new Device(user, new(2), "", 6, Chain(), 1);

        Assert.True(await Users.PutDeviceAsync(laptop));
        Assert.True(await Users.PutDeviceAsync(phone));
        Assert.False(await Users.PutDeviceAsync(phone));
        Assert.True(await Users.PutDeviceAsync(phone with { Name = "new", Version = 2 }));
        Assert.False(await Users.PutDeviceAsync(phone with { Name = "late", Version = 2 }));

        var devices = await Users.ListDevicesAsync(user, Cancel);
        Assert.Equal(["new", ""], devices.Select(d => d.Name));
        AssertSame(laptop.Refresh!, (await Users.GetDeviceAsync(user, laptop.Id, Cancel))!.Refresh!);
        Assert.Null(await Users.GetDeviceAsync(UserId.NewRandom(), laptop.Id, Cancel));

        await Users.DeleteDeviceAsync(user, phone.Id);
        await Users.DeleteDeviceAsync(user, phone.Id);
        Assert.Equal([laptop.Id], (await Users.ListDevicesAsync(user, Cancel)).Select(d => d.Id));
        Assert.Empty(await Users.ListDevicesAsync(UserId.NewRandom(), Cancel));
    }

    [Fact]
    public async Task Index_rows_are_put_for_many_users_and_listed_by_user()
    {
        var (anna, ben) = (UserId.NewRandom(), UserId.NewRandom());
        var (one, two) = (new ConversationId(1), new ConversationId(2));
        var cid = Talk.NewCid();

        await Index.PutAsync([new(anna, two, cid, 7), new(ben, one, cid, 8), new(anna, one, cid, 9)]);

        Assert.Equal([new(anna, one, cid, 9), new IndexRow(anna, two, cid, 7)], await Index.ListAsync(anna, Cancel));
        Assert.Equal([new IndexRow(ben, one, cid, 8)], await Index.ListAsync(ben, Cancel));
        Assert.Empty(await Index.ListAsync(UserId.NewRandom(), Cancel));
    }

    [Fact]
    public async Task An_index_row_written_anew_survives_the_delete_of_the_old_one()
    {
        var anna = UserId.NewRandom();
        var conversation = ConversationId.NewRandom();
        var (old, fresh) = (Talk.NewCid(), Talk.NewCid());
        await Index.PutAsync([new(anna, conversation, old, 1)]);
        await Index.PutAsync([new(anna, conversation, fresh, 2)]);

        Assert.False(await Index.DeleteAsync(anna, conversation, old));
        Assert.Equal([new IndexRow(anna, conversation, fresh, 2)], await Index.ListAsync(anna, Cancel));
        Assert.True(await Index.DeleteAsync(anna, conversation, fresh));
        Assert.False(await Index.DeleteAsync(anna, conversation, fresh));
        Assert.Empty(await Index.ListAsync(anna, Cancel));
    }

    private static Account NewAccount(string username) =>
        new(UserId.NewRandom(), username, username.ToLowerInvariant(), "$argon2id$…", 1_234, false, 1);

    private static RefreshChain Chain() =>
        new(new byte[] { 1, 2 }, new byte[] { 3 }, ReadOnlyMemory<byte>.Empty, 10, 20);

    private static void AssertSame(RefreshChain expected, RefreshChain actual)
    {
        Assert.Equal(expected.Chain.ToArray(), actual.Chain.ToArray());
        Assert.Equal(expected.CurrentHash.ToArray(), actual.CurrentHash.ToArray());
        Assert.Equal(expected.PreviousHash.ToArray(), actual.PreviousHash.ToArray());
        Assert.Equal((expected.RotatedAt, expected.ExpiresAt), (actual.RotatedAt, actual.ExpiresAt));
    }
}
