using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Conversations.History;

namespace Connect.Conversations.Requests;

/// <summary>What the author of a message request is told of marks that were set before it was accepted.</summary>
internal static class AcceptedMarks
{
    /// <summary>The marks as the author may see them, by the rule of every list; null: there are none.</summary>
    /// <param name="member">Who accepted, as they are now.</param>
    /// <param name="author">Who wrote.</param>
    /// <param name="privacy">Of the two.</param>
    public static MarkChange? ToTell(Member member, UserId author, ReceiptPrivacy privacy)
    {
        var shown = new VisibleMarks(author, MemberFlags.None, privacy).Of(member);
        return shown is { Delivered: 0, Read: 0 } ? null : shown;
    }
}
