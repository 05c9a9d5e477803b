using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.Leaving;

/// <summary>
/// How a deleted user leaves a direct conversation: their own member row and a raised epoch in one commit (D3), so that
/// every writer that does not know of it yet, wherever it is, is fenced at its next commit. It is no entry: the other
/// side keeps its history as it is. When both sides are gone, the conversation's key is destroyed. Pure.
/// </summary>
internal static class DirectLeave
{
    /// <summary>The commit that makes the user leave; null when they have no place there any more.</summary>
    public static ConversationCommit? Decide(ConversationId conversation, ConversationSnapshot? snapshot, UserId user)
    {
        if (snapshot is null)
        {
            // Their index row came first and the first entry may still be on its way: whoever commits it finds a
            // conversation in which one side is gone.
            var gone = new Member(user, MemberRole.None, [], default);
            return new(conversation, new(ConversationKind.Direct, null), 0, 1, 1, [], [gone]);
        }

        var member = snapshot.Members.FirstOrDefault(each => each.User == user);
        if (member is not { IsPresent: true })
        {
            return null;
        }

        var left = member with { Role = MemberRole.None, Visible = UpTo(member.Visible, snapshot.NextSeq - 1) };
        var closes = !snapshot.Members.Any(each => each.IsPresent && each.User != user);
        return new(conversation, null, snapshot.Epoch, snapshot.Epoch + 1, snapshot.NextSeq, [], [left])
        {
            Closes = closes,
        };
    }

    private static ImmutableArray<SeqRange> UpTo(ImmutableArray<SeqRange> visible, long head) =>
        [.. visible.Where(range => range.From <= head).Select(range => range with { To = Math.Min(range.To, head) })];
}
