namespace Connect.Contracts.Conversations;

/// <summary>What became of one message.</summary>
public enum AppendStatus : byte
{
    /// <summary>Committed now; <c>Seq</c> and <c>Time</c> are set.</summary>
    Committed = 1,

    /// <summary>Was committed before under this cid; <c>Seq</c> and <c>Time</c> are those.</summary>
    Duplicate = 2,

    /// <summary>The cid is known with another text. Final.</summary>
    Conflict = 3,

    /// <summary>The message named as <c>After</c> is not there. Retryable: resend all, oldest first.</summary>
    Predecessor = 4,

    /// <summary>An unknown cid that is too old or too far ahead. Final.</summary>
    TooOld = 5,

    /// <summary>No such conversation, or the sender never belonged to it. Final.</summary>
    NotFound = 6,

    /// <summary>The sender is a former member. Final.</summary>
    NotMember = 7,

    /// <summary>A member without the right to write, or closed for them. Final.</summary>
    Forbidden = 8,

    /// <summary>Nothing was written: the store refuses (no space) or the writer changed. Retryable.</summary>
    Unavailable = 9,

    /// <summary>Whether it was written is not known. Retryable with the same cid.</summary>
    Unknown = 10,

    /// <summary>A group that has no room left, invited users counted. Final.</summary>
    GroupFull = 11,

    /// <summary>A change that makes no sense, such as a role for oneself. Final.</summary>
    Invalid = 12,

    /// <summary>The actor has too many invites pending in this group: some must be answered first.</summary>
    TooManyInvites = 13,
}
