using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>A conversation as one of its members sees it in a list.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Kind">Direct or group.</param>
/// <param name="Title">The title of a group.</param>
/// <param name="Role">The reader's role.</param>
/// <param name="Marks">The reader's marks.</param>
/// <param name="Head">The highest committed seq.</param>
/// <param name="Messages">Messages up to the head.</param>
/// <param name="Last">The newest entry visible to the reader, if any.</param>
/// <param name="MemberCount">Present members.</param>
/// <param name="Others">
/// The other present members with their marks, and in a direct conversation also a peer who is gone. Empty above 50
/// members.
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
    /// <summary>The reader's own flags in a direct conversation.</summary>
    public MemberFlags Flags { get; init; }

    /// <summary>Others' messages above the reader's <c>read</c> that have not ended undelivered.</summary>
    public long Unread => UnreadLeft ?? Math.Max(0, Messages - Marks.ReadMessages - Marks.OwnAbove - EndedUnread);

    /// <summary>Others' messages above the reader's <c>read</c> that ended undelivered (ADR 0021).</summary>
    public long EndedUnread { get; init; }

    /// <summary>
    /// Set when entries above the reader's <c>read</c> were deleted: the unread messages that remain.
    /// </summary>
    public long? UnreadLeft { get; init; }
}

/// <summary>A reader's newest message in a conversation of many, and who may have got it.</summary>
/// <param name="Seq">Its seq; it is among the last entries.</param>
/// <param name="Others">The other present members, to count who received and read it.</param>
public sealed record OwnNewest(long Seq, ImmutableArray<Member> Others);

/// <summary>A group as an invited user sees it: title, inviter and member count, nothing else.</summary>
/// <param name="Conversation">The group.</param>
/// <param name="Title">Its title.</param>
/// <param name="MemberCount">Present members.</param>
/// <param name="Invitation">Who sent the invite, and when.</param>
public sealed record InviteView(ConversationId Conversation, string? Title, int MemberCount, Invitation Invitation);
