using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.Rules;

/// <summary>
/// How a member's flags change without the conversation's writer. What must stop a writer that has not seen it makes
/// its own row durable, inserts the head if there is none, raises the epoch, and only then is acknowledged. Pure.
/// </summary>
internal static class FlagRules
{
    /// <summary>
    /// The head of a direct conversation without entries. Its epoch is one above that of a creation, as after any
    /// other change of flags: no writer that believes in its own creation can commit to it.
    /// </summary>
    public static ConversationHead EmptyHead => new(2, 1, 0, 0, 2, 2);

    /// <summary>The two members of a conversation that is created for these flags.</summary>
    public static (Member Member, Member Peer) Create(UserId user, UserId peer, MemberFlags add, MemberFlags remove) =>
        (Change(Founder(user), add, remove), Founder(peer));

    /// <summary>
    /// A member with changed flags; null for anyone but a present member. The same instance when nothing changes: then
    /// there is nothing to write and nobody to fence.
    /// </summary>
    public static Member? Apply(Member? stored, MemberFlags add, MemberFlags remove) =>
        stored is { IsPresent: true } ? Change(stored, add, remove) : null;

    /// <summary>The head after the flags of a member changed.</summary>
    public static ConversationHead Raise(ConversationHead head) => head with { Epoch = head.Epoch + 1 };

    private static Member Change(Member member, MemberFlags add, MemberFlags remove)
    {
        var flags = (member.Flags & ~remove) | add;
        return flags == member.Flags ? member : member with { Flags = flags };
    }

    /// <summary>A member of a new direct conversation, who sees all of it for good.</summary>
    private static Member Founder(UserId user) =>
        new(user, MemberRole.Member, [new SeqRange(1, long.MaxValue)], default);
}
