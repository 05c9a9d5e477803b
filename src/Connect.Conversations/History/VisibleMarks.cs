using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.History;

/// <summary>Marks of others, as one reader may see them.</summary>
/// <param name="reader">Who asks.</param>
/// <param name="flags">The reader's own, in a direct conversation.</param>
/// <param name="privacy">Of the reader and the others.</param>
public readonly struct VisibleMarks(UserId reader, MemberFlags flags, ReceiptPrivacy privacy)
{
    /// <summary>
    /// Who has not accepted the other's request, and whoever blocks or is blocked, shows the other no marks.
    /// </summary>
    public MarkChange Of(Member member)
    {
        var isShown =
            member.Flags == MemberFlags.None
            && !flags.HasFlag(MemberFlags.Blocks)
            && privacy.TellsDelivered(member.User, reader);
        return new(
            member.User,
            isShown ? member.Marks.Delivered : 0,
            isShown && privacy.TellsRead(member.User, reader) ? member.Marks.Read : 0,
            isShown ? member.Marks.Ended : default
        );
    }

    /// <summary>How many hold an entry, and how many have read it.</summary>
    public (uint Delivered, uint Read) Count(IEnumerable<Member> members, long seq)
    {
        var (delivered, read) = (0u, 0u);
        foreach (var member in members)
        {
            delivered += member.Marks.HasDelivered(seq) && privacy.TellsDelivered(member.User, reader) ? 1u : 0;
            read += member.Marks.HasRead(seq) && privacy.TellsRead(member.User, reader) ? 1u : 0;
        }

        return (delivered, read);
    }
}
