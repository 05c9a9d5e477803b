using Connect.Contracts.Accounts;

namespace Connect.Accounts.Deletion;

/// <summary>
/// What is left of a user whose account is being deleted, and the rule of what goes next (D5). Pure: the next step
/// follows from the rows alone, so it does not matter at which of them a process died, or how many do the work.
/// </summary>
/// <param name="State">Whether a deletion was begun.</param>
/// <param name="Conversations">Index rows.</param>
/// <param name="Devices">Device rows.</param>
/// <param name="HasAccount">The account's row is there.</param>
/// <param name="HasKey">The user's data key is there.</param>
public readonly record struct DeletionView(
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
