using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>A conversation as one of its members sees it in a list.</summary>
/// <param name="Conversation">Which.</param>
/// <param name="Kind">Direct or group.</param>
/// <param name="Title">Of a group.</param>
/// <param name="Role">The reader's.</param>
/// <param name="Marks">The reader's.</param>
/// <param name="Head">The highest committed seq.</param>
/// <param name="Messages">Messages up to the head.</param>
/// <param name="Last">The newest entry the reader may see, if any.</param>
/// <param name="MemberCount">Present members.</param>
/// <param name="Others">
/// The other present members with their marks, in a direct conversation also one who is gone; of more than 50, none.
/// </param>
public sealed record ConversationView(
    ConversationId Conversation,
    ConversationKind Kind,
    string? Title,
    MemberRole Role,
    MemberMarks Marks,
    long Head,
    long Messages,
    Entry? Last,
    int MemberCount,
    ImmutableArray<Member> Others
)
{
    /// <summary>Of more than 50 members: the reader's newest message, if it is not far back; else 0.</summary>
    public long OwnNewest { get; init; }

    /// <summary>With <see cref="OwnNewest"/>: the other members, to count how many hold it and have read it.</summary>
    public ImmutableArray<Member> Crowd { get; init; } = [];

    /// <summary>The reader's own, in a direct conversation.</summary>
    public MemberFlags Flags { get; init; }

    /// <summary>Others' messages above the reader's <c>read</c> (D1).</summary>
    public long Unread => UnreadLeft ?? Math.Max(0, Messages - Marks.ReadMessages - Marks.OwnAbove);

    /// <summary>Set when entries above the reader's <c>read</c> were deleted: those that are left.</summary>
    public long? UnreadLeft { get; init; }
}
