namespace Connect.Accounts.Deletion;

/// <summary>What the deletion of an account does next.</summary>
public enum DeletionStep
{
    /// <summary>There is nothing to do.</summary>
    Nothing = 0,

    /// <summary>Leaves a conversation, and only then deletes its index row.</summary>
    LeaveConversations = 1,

    DeleteDevices = 2,

    /// <summary>Deletes contacts and blocks, then the account, and frees its username.</summary>
    DeleteAccount = 3,

    /// <summary>The last of the user's rows: what may be left of the others is unreadable from here on.</summary>
    DestroyKey = 4,

    /// <summary>Notes that the job is done.</summary>
    Finish = 5,
}
