using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.Rules;

/// <summary>What every store checks before it writes an account or a device. Pure.</summary>
internal static class AccountRules
{
    /// <summary>Whether an account may be created.</summary>
    /// <param name="username">Who owns the normalised username; null = nobody.</param>
    /// <param name="stored">The account with that id; null = none.</param>
    /// <param name="external">The owner of its outside identity; null = it has none or nobody ever owned it.</param>
    public static bool MayCreate(UserId? username, Account? stored, ExternalOwner? external) =>
        username is null && stored is null && external is not { EndedAt: 0 };

    /// <summary>Whether an account replaces the stored one: the next version of it.</summary>
    public static bool IsNext(Account? stored, Account account) => stored?.Version == account.Version - 1;

    /// <summary>Whether a new version takes another username, which then must be free.</summary>
    public static bool Renames(Account stored, Account account) =>
        !string.Equals(stored.NormalizedUsername, account.NormalizedUsername, StringComparison.Ordinal);

    /// <summary>Whether a device may be written: the next version of it, of a user who is not being deleted.</summary>
    public static bool MayPut(Device? stored, Device device, DeletionState owner) =>
        owner == DeletionState.None && (stored?.Version ?? 0) == device.Version - 1;

    /// <summary>A device without its login; null when it keeps it or has none.</summary>
    public static Device? EndLogin(Device device, DeviceId kept) =>
        device.Id == kept || device.Refresh is null
            ? null
            : device with
            {
                Refresh = null,
                Version = device.Version + 1,
            };

    /// <summary>Whether the row of an account may be deleted.</summary>
    public static bool MayDelete(Account account) => account.DeletingSince > 0;

    /// <summary>What remains of the outside identity of a deleted account.</summary>
    public static ExternalOwner Ended(Account account) => new(default, account.DeletingSince);
}
