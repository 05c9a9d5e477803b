using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>A present or former member of a conversation.</summary>
/// <param name="User">Who.</param>
/// <param name="Role">None for a former member.</param>
/// <param name="Visible">
/// The ranges of the log they may see, ascending; the last is open while they are a member.
/// </param>
/// <param name="Marks">Their place.</param>
[GenerateSerializer, Immutable, Alias("Member")]
public sealed record Member(
    [property: Id(0)] UserId User,
    [property: Id(1)] MemberRole Role,
    [property: Id(2)] ImmutableArray<SeqRange> Visible,
    [property: Id(3)] MemberMarks Marks
)
{
    public bool IsPresent => Role != MemberRole.None;
}
