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

    /// <summary>The entry from which they have been a member without a break; 0 when they are not.</summary>
    public long Since => IsPresent ? Visible[^1].From : 0;
}
