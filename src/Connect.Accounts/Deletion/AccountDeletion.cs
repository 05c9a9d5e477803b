using Connect.Contracts;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Accounts.Deletion;

/// <summary>
/// The durable job that deletes an account (D5), from wherever it stands to its end. Its steps are those of
/// <see cref="DeletionView"/>; each is durable before the next, and safe to repeat.
/// </summary>
public sealed class AccountDeletion(
    IUserStore users,
    IDeletionStore deletions,
    IRelationStore relations,
    IConversationIndex index,
    IConversationDepartures departures
)
{
    public async Task RunAsync(UserId user, CancellationToken cancellationToken)
    {
        while (await StepAsync(user, cancellationToken) != DeletionStep.Nothing)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Does the next step and says which it was.</summary>
    internal async Task<DeletionStep> StepAsync(UserId user, CancellationToken cancellationToken)
    {
        var rows = await index.ListAsync(user, cancellationToken);
        var devices = await users.ListDevicesAsync(user, cancellationToken);
        var view = new DeletionView(
            await deletions.ReadStateAsync(user, cancellationToken),
            rows.Length,
            devices.Length,
            await users.GetAsync(user, cancellationToken) is not null,
            await deletions.HasKeyAsync(user, cancellationToken)
        );
        switch (view.Next)
        {
            case DeletionStep.LeaveConversations:
                foreach (var row in rows)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await departures.LeaveAsync(row.Conversation, user);
                    FaultPoints.Hit(FaultPoints.DeletionLeftConversation);
                    await index.DeleteAsync(user, row.Conversation, row.Cid);
                }

                break;
            case DeletionStep.DeleteDevices:
                foreach (var device in devices)
                {
                    await users.DeleteDeviceAsync(user, device.Id);
                    FaultPoints.Hit(FaultPoints.DeletionDeviceDeleted);
                }

                break;
            case DeletionStep.DeleteAccount:
                // First what the account's row is the last sign of.
                await relations.DeleteAllAsync(user);
                await deletions.DeleteAccountAsync(user);
                FaultPoints.Hit(FaultPoints.DeletionAccountDeleted);
                break;
            case DeletionStep.DestroyKey:
                await deletions.DestroyKeyAsync(user);
                FaultPoints.Hit(FaultPoints.DeletionKeyDestroyed);
                break;
            case DeletionStep.Finish:
                await deletions.FinishAsync(user);
                break;
            default:
                break;
        }

        return view.Next;
    }
}
