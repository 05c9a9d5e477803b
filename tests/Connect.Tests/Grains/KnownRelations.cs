using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Tests.Grains;

/// <summary>What users hide and whom they block, as a test says.</summary>
internal sealed class KnownRelations : IRelations
{
    public HashSet<UserId> HidingReads { get; } = [];

    public HashSet<(UserId By, UserId Of)> Blocks { get; } = [];

    /// <summary>Set: nothing can be read.</summary>
    public Exception? Failure { get; set; }

    public ValueTask<Privacy> ReadPrivacyAsync(UserId user, CancellationToken cancellationToken) =>
        Failure is null ? new(new Privacy(false, HidingReads.Contains(user))) : throw Failure;

    public ValueTask<ImmutableHashSet<UserId>> FindBlockedAsync(UserId user, CancellationToken cancellationToken) =>
        new(Blocks.Where(each => each.By == user).Select(each => each.Of).ToImmutableHashSet());

    public ValueTask<ImmutableHashSet<UserId>> FindContactsAsync(
        UserId user,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<ImmutableArray<UserId>> ListContactsAsync(UserId user, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ImmutableArray<BlockBetween>> FindBlocksAsync(
        UserId one,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public void Forget(UserId owner, UserId other) { }

    public void ForgetPrivacy(UserId user) { }
}
