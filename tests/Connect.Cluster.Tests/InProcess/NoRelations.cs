using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Cluster.Tests.InProcess;

/// <summary>Users who hide nothing and block nobody.</summary>
internal sealed class NoRelations : IRelations
{
    public ValueTask<ImmutableHashSet<UserId>> FindContactsAsync(
        UserId user,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    ) => new([]);

    public ValueTask<ImmutableArray<UserId>> ListContactsAsync(UserId user, CancellationToken cancellationToken) =>
        new([]);

    public ValueTask<ImmutableArray<BlockBetween>> FindBlocksAsync(
        UserId one,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    ) => new([]);

    public ValueTask<ImmutableHashSet<UserId>> FindBlockedAsync(UserId user, CancellationToken cancellationToken) =>
        new([]);

    public ValueTask<Privacy> ReadPrivacyAsync(UserId user, CancellationToken cancellationToken) =>
        new(default(Privacy));

    public void Forget(UserId owner, UserId other) { }

    public void ForgetPrivacy(UserId user) { }
}
