using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>A present, former or invited member of a conversation.</summary>
/// <param name="User">Who.</param>
/// <param name="Role">None for a former member and for one who is only invited.</param>
/// <param name="Visible">
/// The ranges of the log they may see, ascending; the last is open while they are a member.
/// </param>
/// <param name="Marks">Their place.</param>
/// <param name="Invitation">The pending invite of one who is not a member; else null.</param>
/// <param name="Flags">Of a member of a direct conversation.</param>
[GenerateSerializer, Immutable, Alias("Member")]
public sealed record Member(
    [property: Id(0)] UserId User,
    [property: Id(1)] MemberRole Role,
    [property: Id(2)] ImmutableArray<SeqRange> Visible,
    [property: Id(3)] MemberMarks Marks,
    [property: Id(4)] Invitation? Invitation = null,
    [property: Id(5)] MemberFlags Flags = MemberFlags.None
)
{
    public bool IsPresent => Role != MemberRole.None;

    /// <summary>The entry since which they have been a member without interruption; 0 for non-members.</summary>
    public long Since => IsPresent ? Visible[^1].From : 0;
}

/// <summary>The numbers are stored and are those of the wire.</summary>
public enum MemberRole : byte
{
    None = 0,
    Member = 1,
    Admin = 2,
    Owner = 3,
}

/// <summary>A range of seqs, both ends included; an open end is <see cref="long.MaxValue"/>.</summary>
[GenerateSerializer, Immutable, Alias("SeqRange")]
public readonly record struct SeqRange([property: Id(0)] long From, [property: Id(1)] long To)
{
    public bool Contains(long seq) => seq >= From && seq <= To;
}

/// <summary>
/// A member's place in a conversation. <c>unread = messages at head − ReadMessages − OwnAbove</c>, so that nothing is
/// written per member when somebody else sends (ADR 0009).
/// </summary>
/// <param name="Delivered">Highest seq delivered to any device of the member; only rises.</param>
/// <param name="Read">Highest seq read; only rises, never above <paramref name="Delivered"/>.</param>
/// <param name="ReadMessages">
/// The count of messages of the conversation up to and including <paramref name="Read"/>.
/// </param>
/// <param name="OwnAbove">The member's own messages above <paramref name="Read"/>.</param>
/// <param name="Ended">
/// What ended undelivered at or below <paramref name="Delivered"/> (ADR 0021): neither delivered, nor read, nor unread.
/// </param>
[GenerateSerializer, Immutable, Alias("MemberMarks")]
public readonly record struct MemberMarks(
    [property: Id(0)] long Delivered,
    [property: Id(1)] long Read,
    [property: Id(2)] long ReadMessages,
    [property: Id(3)] long OwnAbove,
    [property: Id(4)] EndedRanges Ended = default
)
{
    /// <summary>The member got the entry in time.</summary>
    public bool HasDelivered(long seq) => seq <= Delivered && !Ended.Contains(seq);

    /// <summary>The member got the entry in time, and has read it.</summary>
    public bool HasRead(long seq) => seq <= Read && !Ended.Contains(seq);
}

/// <summary>What a member of a direct conversation decided, and what stands open between the two.</summary>
[Flags]
public enum MemberFlags : byte
{
    None = 0,

    /// <summary>This member blocks the other: the conversation is closed for the other.</summary>
    Blocks = 1,

    /// <summary>The other wrote as a stranger; this member has neither accepted nor answered.</summary>
    Request = 2,

    /// <summary>This member declined; the other is not told.</summary>
    Declined = 4,
}

/// <summary>An invite that was neither accepted nor ended. Lapses by time, 30 days after it was made.</summary>
/// <param name="By">Who invited.</param>
/// <param name="Time">When, milliseconds since the epoch.</param>
/// <param name="IsHidden">
/// The invited user blocks the inviter: the invite counts like any other and looks like it to the group, but is never
/// shown to the invited user.
/// </param>
[GenerateSerializer, Immutable, Alias("Invitation")]
public sealed record Invitation(
    [property: Id(0)] UserId By,
    [property: Id(1)] long Time,
    [property: Id(2)] bool IsHidden
);
