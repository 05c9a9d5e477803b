namespace Connect.Contracts.Conversations;

/// <summary>What a member of a direct conversation decided, and what stands open between the two.</summary>
[Flags]
public enum MemberFlags : byte
{
    None = 0,

    /// <summary>This member blocks the other: the conversation is closed for the other.</summary>
    Blocks = 1,

    /// <summary>The other wrote as a stranger, and this member neither accepted nor answered.</summary>
    Request = 2,

    /// <summary>This member declined; the other is not told.</summary>
    Declined = 4,
}
