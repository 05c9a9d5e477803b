using Connect.Contracts;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Accounts.Deletion;

/// <summary>
/// The durable job that deletes an account (ADR 0015), resuming from whatever is left. <see cref="DeletionView"/>
/// decides each step; a step is durable before the next one starts, and safe to repeat.
/// </summary>
public sealed class AccountDeletion(
    IUserStore users,
    IDeletionStore deletions,
    IRelationStore relations,
    IConversationIndex index,
    IConversationDepartures departures
)
{
    /// <summary>Notes of sent invites that one step drops.</summary>
    private const int SentPerStep = 200;

    public async Task RunAsync(UserId user, CancellationToken cancellationToken)
    {
        while (await StepAsync(user, cancellationToken) != DeletionStep.Nothing)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Performs the next step and returns it.</summary>
    internal async Task<DeletionStep> StepAsync(UserId user, CancellationToken cancellationToken)
    {
        var rows = await index.ListAsync(user, cancellationToken);
        var invites = await index.ListInvitesAsync(user, cancellationToken);
        var sent = await index.ListSentAsync(user, SentPerStep, cancellationToken);
        var devices = await users.ListDevicesAsync(user, cancellationToken);
        var view = new DeletionView(
            await deletions.ReadStateAsync(user, cancellationToken),
            rows.Length + invites.Length + sent.Length,
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

                foreach (var invite in invites)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await departures.LeaveAsync(invite.Conversation, user);
                    await index.DeleteInviteAsync(user, invite.Conversation, invite.Time);
                }

                foreach (var note in sent)
                {
                    await index.ForgetSentAsync(user, note.Conversation, [note.User]);
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
                // Relations first: without the account's row nothing would lead to them.
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

/// <summary>
/// What is left of an account being deleted, and the rule for what to delete next. Pure: the next step follows from
/// the rows alone, so it does not matter where a process died or how many processes do the work.
/// </summary>
/// <param name="State">Whether a deletion has begun.</param>
/// <param name="Conversations">Index rows, and rows of invites either way.</param>
/// <param name="Devices">Device rows.</param>
/// <param name="HasAccount">The account's row is there.</param>
/// <param name="HasKey">The user's data key is there.</param>
internal readonly record struct DeletionView(
    DeletionState State,
    int Conversations,
    int Devices,
    bool HasAccount,
    bool HasKey
)
{
    public DeletionStep Next =>
        this switch
        {
            { State: not DeletionState.Begun } => DeletionStep.Nothing,
            { Conversations: > 0 } => DeletionStep.LeaveConversations,
            { Devices: > 0 } => DeletionStep.DeleteDevices,
            { HasAccount: true } => DeletionStep.DeleteAccount,
            { HasKey: true } => DeletionStep.DestroyKey,
            _ => DeletionStep.Finish,
        };
}

/// <summary>The steps of an account deletion, in order.</summary>
internal enum DeletionStep
{
    /// <summary>Nothing to do.</summary>
    Nothing = 0,

    /// <summary>Leaves each conversation before deleting its index row.</summary>
    LeaveConversations = 1,

    DeleteDevices = 2,

    /// <summary>Deletes contacts and blocks, then the account, and frees its username.</summary>
    DeleteAccount = 3,

    /// <summary>Destroys the key, the last row: whatever else may remain is unreadable from here on.</summary>
    DestroyKey = 4,

    /// <summary>Records that the job is done.</summary>
    Finish = 5,
}
