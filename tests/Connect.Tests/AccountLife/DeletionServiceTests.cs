using System.Collections.Immutable;
using Connect.Accounts.Deletion;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Tests.Gateway;
using Connect.Tests.Identity;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Connect.Tests.AccountLife;

/// <summary>Deletions that follow each other.</summary>
public sealed class DeletionServiceTests
{
    [Fact]
    public async Task One_that_fails_each_time_does_not_stop_the_others()
    {
        using var world = new IdentityWorld();
        var users = new List<UserId>();
        foreach (var name in new[] { "ann", "bob", "cleo" })
        {
            var account = await world.RegisterAsync(name);
            await world
                .Get<IDeletionStore>()
                .BeginAsync(account with { Disabled = true, DeletingSince = 1, Version = account.Version + 1 });
            users.Add(account.User);
        }

        var store = new DamagedFor(world.Get<IDeletionStore>(), users[0]);
        var deletion = new AccountDeletion(
            world.Users,
            store,
            world.Get<IRelationStore>(),
            world.Get<IConversationIndex>(),
            new NoDepartures()
        );
        using var service = new DeletionService(deletion, store, world.Time, world.Get<ILogger<DeletionService>>());
        await service.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            () => users.Skip(1).All(user => StateOf(user) == DeletionState.Done),
            "the deletion of the others"
        );
        Assert.Equal(DeletionState.Begun, StateOf(users[0]));

        store.IsDamaged = false;
        await Eventually.TrueAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromSeconds(30));
                return StateOf(users[0]) == DeletionState.Done;
            },
            "the deletion that failed to be tried again"
        );
        await service.StopAsync(TestContext.Current.CancellationToken);

        // The store is in memory: it has answered when it returns.
        DeletionState StateOf(UserId user) =>
            world.Get<IDeletionStore>().ReadStateAsync(user, TestContext.Current.CancellationToken).AsTask().Result;
    }

    private sealed class NoDepartures : IConversationDepartures
    {
        public Task LeaveAsync(ConversationId conversation, UserId user) => Task.CompletedTask;
    }

    /// <summary>A store one of whose rows cannot be read.</summary>
    private sealed class DamagedFor(IDeletionStore inner, UserId user) : IDeletionStore
    {
        public bool IsDamaged { get; set; } = true;

        public ValueTask<bool> BeginAsync(Account account) => inner.BeginAsync(account);

        public ValueTask<DeletionState> ReadStateAsync(UserId asked, CancellationToken cancellationToken) =>
            IsDamaged && asked == user
                ? throw new InvalidDataException("The row is damaged.")
                : inner.ReadStateAsync(asked, cancellationToken);

        public async ValueTask<ImmutableArray<UserId>> ListBegunAsync(CancellationToken cancellationToken) =>
            [.. (await inner.ListBegunAsync(cancellationToken)).OrderBy(each => each != user)];

        public ValueTask DeleteAccountAsync(UserId asked) => inner.DeleteAccountAsync(asked);

        public ValueTask<bool> HasKeyAsync(UserId asked, CancellationToken cancellationToken) =>
            inner.HasKeyAsync(asked, cancellationToken);

        public ValueTask DestroyKeyAsync(UserId asked) => inner.DestroyKeyAsync(asked);

        public ValueTask FinishAsync(UserId asked) => inner.FinishAsync(asked);
    }
}
