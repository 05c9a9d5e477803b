using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// The durable job that deletes an account (D5), step by step. Each call is one transaction on the user's side, durable
/// on return, and safe to repeat; a thrown exception means unknown. From <see cref="BeginAsync"/> on the store takes no
/// device (<see cref="IUserStore.PutDeviceAsync"/> is false) and no index row (<see cref="UserGoneException"/>) of the
/// user any more, whoever writes it: the mark stays for ever, since an id is never given again.
/// </summary>
public interface IDeletionStore
{
    /// <summary>
    /// Replaces the account, disabled and with <see cref="Account.DeletingSince"/> set, by the rule of
    /// <see cref="IUserStore.UpdateAsync"/>, and marks the user as going.
    /// </summary>
    ValueTask<bool> BeginAsync(Account account);

    ValueTask<DeletionState> ReadStateAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Users whose deletion was begun and is not done.</summary>
    ValueTask<ImmutableArray<UserId>> ListBegunAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the account's row, frees its username, and leaves of its outside identity only when it ended.
    /// </summary>
    ValueTask DeleteAccountAsync(UserId user);

    ValueTask<bool> HasKeyAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Destroys the user's data key: what was sealed under it is unreadable from here on.</summary>
    ValueTask DestroyKeyAsync(UserId user);

    /// <summary>The job is done.</summary>
    ValueTask FinishAsync(UserId user);
}
