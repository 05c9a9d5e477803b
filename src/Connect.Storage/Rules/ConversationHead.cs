using Connect.Contracts.Conversations;

namespace Connect.Storage.Rules;

/// <summary>The head row of a conversation, which every commit compares and moves.</summary>
/// <param name="Epoch">The number of the current writer.</param>
/// <param name="NextSeq">The seq of the next entry.</param>
/// <param name="LastTime">The time of the newest entry; 0 without entries.</param>
/// <param name="Messages">Messages up to the head.</param>
/// <param name="PresentMembers">Present members.</param>
/// <param name="MemberRows">Present and former members; 0 = the conversation is closed.</param>
internal readonly record struct ConversationHead(
    long Epoch,
    long NextSeq,
    long LastTime,
    long Messages,
    int PresentMembers,
    int MemberRows
)
{
    /// <summary>Entries up to this seq are deleted; 0 = none are.</summary>
    public long Floor { get; init; }

    /// <summary>Messages up to the floor.</summary>
    public long FloorMessages { get; init; }

    /// <summary>The highest committed seq.</summary>
    public long Seq => NextSeq - 1;

    /// <summary>The head after a member's row changed.</summary>
    public ConversationHead WithMember(Member? before, Member after) =>
        this with
        {
            MemberRows = MemberRows + (before is null ? 1 : 0),
            PresentMembers = PresentMembers + (after.IsPresent ? 1 : 0) - (before is { IsPresent: true } ? 1 : 0),
        };
}
