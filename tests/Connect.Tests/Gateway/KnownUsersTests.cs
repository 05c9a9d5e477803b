using Connect.Accounts.Identity;
using Connect.Accounts.Names;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.InMemory;
using Connect.Tests.Identity;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Gateway;

public sealed class KnownUsersTests
{
    [Fact]
    public async Task Above_the_limit_the_oldest_half_is_forgotten_and_asked_again()
    {
        var store = CountedStore.Over<IUserStore>(new InMemoryUserStore());
        var known = new KnownUsers(store, Options.Create(new NameOptions { KnownUsers = 4 }));
        var users = Enumerable.Range(0, 5).Select(_ => UserId.NewRandom()).ToList();
        foreach (var user in users)
        {
            Assert.True(await store.CreateAsync(new Account(user, $"u{user}", $"u{user}", null, 0, false, 1)));
        }

        // The fifth pushes the two oldest out.
        foreach (var user in users)
        {
            await known.FindNameAsync(user);
        }

        var asked = CountedStore.CallsOf(store, nameof(IUserStore.GetAsync));
        Assert.Equal(5, asked);
        foreach (var user in users.Skip(2))
        {
            Assert.Equal($"u{user}", await known.FindNameAsync(user));
        }

        Assert.Equal(5, CountedStore.CallsOf(store, nameof(IUserStore.GetAsync)));
        Assert.Equal($"u{users[0]}", await known.FindNameAsync(users[0]));
        Assert.Equal(6, CountedStore.CallsOf(store, nameof(IUserStore.GetAsync)));
    }

    [Fact]
    public async Task A_read_that_a_deletion_overtakes_does_not_remember_the_user()
    {
        var account = new Account(UserId.NewRandom(), "ann", "ann", null, 0, false, 1);
        var read = new TaskCompletionSource<Account?>();
        var store = CountedStore.Over<IUserStore>(
            new InMemoryUserStore(),
            nameof(IUserStore.GetAsync),
            new ValueTask<Account?>(read.Task)
        );
        var known = new KnownUsers(store, Options.Create(new NameOptions()));
        var asking = known.FindNameAsync(account.User).AsTask();
        await known.LoginRevokedAsync(LoginRevocation.OfAccount(account.User));
        read.SetResult(account);
        Assert.Equal("ann", await asking);

        await known.FindNameAsync(account.User);
        Assert.Equal(2, CountedStore.CallsOf(store, nameof(IUserStore.GetAsync)));
    }
}
