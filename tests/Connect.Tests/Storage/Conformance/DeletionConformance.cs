using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>The rows of accounts that end, of outside identities, and of logins ended with a change.</summary>
public abstract class DeletionConformance : IDisposable
{
    private static readonly ExternalIdentity Outside = new("https://issuer.example", "4711");

    private readonly Lazy<StoreUnderTest> _ports;

    protected DeletionConformance() => _ports = new(Open);

    private IUserStore Users => _ports.Value.Users;

    private IDeletionStore Deletions => _ports.Value.Deletions;

    private IConversationIndex Index => _ports.Value.Index;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ports.Value.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract StoreUnderTest Open();

    [Fact]
    public async Task An_outside_identity_is_one_account_also_when_many_come_at_once()
    {
        var accounts = Enumerable
            .Range(0, 16)
            .Select(n => NewAccount($"user{n}") with { External = Outside })
            .ToArray();

        var created = await Task.WhenAll(accounts.Select(a => Task.Run(async () => await Users.CreateAsync(a))));

        var winner = accounts[Array.IndexOf(created, true)];
        Assert.Single(created, c => c);
        Assert.Equal(new ExternalOwner(winner.User, 0), await Users.FindExternalAsync(Outside, Cancel));
        Assert.Equal(winner, await Users.GetAsync(winner.User, Cancel));
        Assert.Null(await Users.FindExternalAsync(Outside with { Issuer = "https://other.example" }, Cancel));
        Assert.Null(await Users.FindExternalAsync(Outside with { Subject = "4712" }, Cancel));

        // The names of those who were too late are free.
        var loser = accounts.First(a => a != winner);
        Assert.True(await Users.CreateAsync(loser with { External = null }));
    }

    [Fact]
    public async Task What_an_account_is_besides_its_name_comes_back()
    {
        var account = NewAccount("Anna") with { TokensFrom = 7, External = Outside };
        Assert.True(await Users.CreateAsync(account));

        Assert.Equal(account, await Users.GetAsync(account.User, Cancel));
        var changed = account with { TokensFrom = 9, Version = 2 };
        Assert.True(await Users.UpdateAsync(changed));
        Assert.Equal(changed, await Users.FindByUsernameAsync("anna", Cancel));
    }

    [Fact]
    public async Task A_change_ends_all_logins_but_one_together_or_not_at_all()
    {
        var account = NewAccount("Anna");
        await Users.CreateAsync(account);
        foreach (var id in new UInt128[] { 1, 2, 3 })
        {
            await Users.PutDeviceAsync(new(account.User, new(id), "d", 1, Chain(), 1));
        }

        Assert.False(await Users.UpdateAndEndLoginsAsync(account with { Version = 3 }, new(2)));
        Assert.All(await DevicesAsync(account.User), device => Assert.NotNull(device.Refresh));

        Assert.True(await Users.UpdateAndEndLoginsAsync(account with { PasswordHash = "x", Version = 2 }, new(2)));
        var devices = await DevicesAsync(account.User);
        Assert.Equal([false, true, false], devices.Select(device => device.Refresh is not null));
        Assert.Equal([2L, 1L, 2L], devices.Select(device => device.Version));
        Assert.Equal("x", (await Users.GetAsync(account.User, Cancel))!.PasswordHash);
    }

    [Fact]
    public async Task From_its_beginning_on_a_deletion_lets_nothing_of_the_user_be_written()
    {
        var account = await GoingAsync();

        Assert.Equal(DeletionState.Begun, await Deletions.ReadStateAsync(account.User, Cancel));
        Assert.Equal([account.User], await Deletions.ListBegunAsync(Cancel));
        Assert.False(await Users.PutDeviceAsync(new(account.User, new(9), "late", 1, Chain(), 1)));
        var other = UserId.NewRandom();
        await Assert.ThrowsAsync<UserGoneException>(async () =>
            await Index.PutAsync([new(account.User, new(7), Talk.NewCid(), 1), new(other, new(7), Talk.NewCid(), 1)])
        );
        Assert.Empty(await Index.ListAsync(account.User, Cancel));
    }

    [Fact]
    public async Task A_deleted_account_frees_its_name_and_leaves_the_end_of_its_outside_identity()
    {
        var account = await GoingAsync();

        await Deletions.DeleteAccountAsync(account.User);
        await Deletions.DeleteAccountAsync(account.User);

        Assert.Null(await Users.GetAsync(account.User, Cancel));
        Assert.Null(await Users.FindByUsernameAsync("anna", Cancel));
        Assert.Equal(new ExternalOwner(default, 55), await Users.FindExternalAsync(Outside, Cancel));
        var next = NewAccount("Anna") with { External = Outside };
        Assert.True(await Users.CreateAsync(next));
        Assert.Equal(new ExternalOwner(next.User, 0), await Users.FindExternalAsync(Outside, Cancel));
    }

    [Fact]
    public async Task An_account_that_is_not_being_deleted_cannot_be()
    {
        var account = NewAccount("Anna");
        await Users.CreateAsync(account);

        await Deletions.DeleteAccountAsync(account.User);

        Assert.Equal(account, await Users.GetAsync(account.User, Cancel));
        Assert.Equal(DeletionState.None, await Deletions.ReadStateAsync(account.User, Cancel));
        Assert.False(await Deletions.BeginAsync(account with { DeletingSince = 5, Version = 9 }));
        Assert.Empty(await Deletions.ListBegunAsync(Cancel));
    }

    [Fact]
    public async Task The_key_goes_last_and_the_mark_stays()
    {
        var account = await GoingAsync();
        await Deletions.DeleteAccountAsync(account.User);
        Assert.True(await Deletions.HasKeyAsync(account.User, Cancel));

        await Deletions.DestroyKeyAsync(account.User);
        await Deletions.DestroyKeyAsync(account.User);
        await Deletions.FinishAsync(account.User);

        Assert.False(await Deletions.HasKeyAsync(account.User, Cancel));
        Assert.Equal(DeletionState.Done, await Deletions.ReadStateAsync(account.User, Cancel));
        Assert.Empty(await Deletions.ListBegunAsync(Cancel));
        Assert.False(await Users.PutDeviceAsync(new(account.User, new(9), "late", 1, Chain(), 1)));
        await Assert.ThrowsAsync<UserGoneException>(async () =>
            await Index.PutAsync([new(account.User, new(7), Talk.NewCid(), 1)])
        );
        Assert.False(await Deletions.HasKeyAsync(account.User, Cancel));
    }

    private async Task<Account> GoingAsync()
    {
        var account = NewAccount("Anna") with { External = Outside };
        Assert.True(await Users.CreateAsync(account));
        var going = account with { Disabled = true, DeletingSince = 55, Version = 2 };
        Assert.True(await Deletions.BeginAsync(going));
        return going;
    }

    private async Task<List<Device>> DevicesAsync(UserId user) => [.. await Users.ListDevicesAsync(user, Cancel)];

    private static Account NewAccount(string username) =>
        new(UserId.NewRandom(), username, username.ToLowerInvariant(), "$argon2id$…", 1_234, false, 1);

    private static RefreshChain Chain() => new(new byte[16], new byte[] { 3 }, ReadOnlyMemory<byte>.Empty, 10, 20);
}
