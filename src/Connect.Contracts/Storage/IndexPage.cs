using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>A part of a walk over index rows.</summary>
/// <param name="Rows">In the order of (user, conversation).</param>
/// <param name="NextUser">Where the next part begins, with <paramref name="NextConversation"/>.</param>
/// <param name="NextConversation">See <paramref name="NextUser"/>.</param>
/// <param name="IsLast">There is nothing behind this part.</param>
public sealed record IndexPage(
    ImmutableArray<IndexRow> Rows,
    UserId NextUser,
    ConversationId NextConversation,
    bool IsLast
)
{
    /// <summary>The end of a walk.</summary>
    public static IndexPage LastOf(ImmutableArray<IndexRow> rows) => new(rows, default, default, true);
}
