namespace Connect.Contracts.Storage;

/// <summary>Whether a reader belongs.</summary>
public enum ReadAccess
{
    Member = 1,

    /// <summary>Was a member once: sees the ranges they were in, by history; nothing new.</summary>
    Former = 2,

    /// <summary>Never belonged, or no such conversation: the same answer.</summary>
    None = 3,
}
