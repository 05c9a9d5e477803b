using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// The durable job that deletes an account, step by step. Each call is one transaction on the user's side, durable on
/// return, and safe to repeat; a thrown exception means the outcome is unknown. From <see cref="BeginAsync"/> on the
/// store accepts no device (<see cref="IUserStore.PutDeviceAsync"/> is false) and no index row
/// (<see cref="UserGoneException"/>) of the user from anyone. The mark is permanent, since ids are never reused.
/// </summary>
public interface IDeletionStore
{
    /// <summary>
    /// Replaces the account, disabled and with <see cref="Account.DeletingSince"/> set, by the rule of
    /// <see cref="IUserStore.UpdateAsync"/>, and marks the user as being deleted.
    /// </summary>
    ValueTask<bool> BeginAsync(Account account);

    ValueTask<DeletionState> ReadStateAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Users whose deletion has begun and is not complete.</summary>
    ValueTask<ImmutableArray<UserId>> ListBegunAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the account's row, frees its username, and keeps of its outside identity only when it ended.
    /// </summary>
    ValueTask DeleteAccountAsync(UserId user);

    ValueTask<bool> HasKeyAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Destroys the user's data key: everything sealed under it becomes unreadable.</summary>
    ValueTask DestroyKeyAsync(UserId user);

    /// <summary>Records that the job is complete.</summary>
    ValueTask FinishAsync(UserId user);
}

/// <summary>How far the deletion of an account has come.</summary>
public enum DeletionState : byte
{
    /// <summary>Not begun.</summary>
    None = 0,

    /// <summary>Continues until done, even after a restart.</summary>
    Begun = 1,

    /// <summary>Only the mark that this user is gone remains.</summary>
    Done = 2,
}

/// <summary>The user was deleted or is being deleted, and accepts no more writes. Final.</summary>
public sealed class UserGoneException : Exception
{
    public UserGoneException()
        : base("The user is gone.") { }
}
