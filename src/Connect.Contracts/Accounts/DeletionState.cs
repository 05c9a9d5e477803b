namespace Connect.Contracts.Accounts;

/// <summary>How far the deletion of an account has come, as the rows say.</summary>
public enum DeletionState : byte
{
    /// <summary>None was begun.</summary>
    None = 0,

    /// <summary>It goes on until it is done, also after a restart.</summary>
    Begun = 1,

    /// <summary>Nothing is left but the mark that this user is gone.</summary>
    Done = 2,
}
