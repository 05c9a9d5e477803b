using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;

namespace Connect.Conversations.History;

/// <summary>The marks of the other members who could see an entry.</summary>
public sealed record ReadersPage(ImmutableArray<MarkChange> Members);

/// <summary>
/// Who holds an entry and has read it: a question asked on demand, whatever the size of the group. For members who
/// see the entry, about the other members who could see it.
/// </summary>
public sealed class EntryReaders(IConversationReader reader, IRelations relations)
{
    public async Task<Answer<ReadersPage>> ReadAsync(UserId user, string conversationId, ulong seqAsked)
    {
        if (!ConversationId.TryParse(conversationId, out var conversation))
        {
            return new Refusal(RefusalReason.NotFound, Field: "conversation");
        }

        if (seqAsked is 0 or >= ReadingOptions.NumberLimit)
        {
            return new Refusal(RefusalReason.Invalid, Field: "seq");
        }

        // The entry itself is read: what is not there, or not for them, has no readers to tell.
        var seq = (long)seqAsked;
        var query = new HistoryQuery(0, 0, seq, 1, 1);
        var slice = await reader.ReadHistoryAsync(user, conversation, query, CancellationToken.None);
        if (slice.Access != ReadAccess.Member)
        {
            return new Refusal(
                slice.Access == ReadAccess.Former ? RefusalReason.NotMember : RefusalReason.NotFound,
                Field: "conversation"
            );
        }

        if (slice.Entries is not [var entry] || entry.Seq != seq)
        {
            return new Refusal(RefusalReason.NotFound, Field: "seq");
        }

        if (await reader.ReadMembersAsync(user, conversation, CancellationToken.None) is not { } members)
        {
            return new Refusal(RefusalReason.NotMember, Field: "conversation");
        }

        return await MakeAsync(user, members, entry);
    }

    private async Task<ReadersPage> MakeAsync(UserId user, ImmutableArray<Member> members, Entry entry)
    {
        // Who wrote it holds it, and their marks say nothing of it.
        var own = members.Single(each => each.User == user);
        ImmutableArray<Member> others =
        [
            .. members.Where(each =>
                each.IsPresent
                && each.User != user
                && each.User != entry.From
                && each.Visible.Any(range => range.Contains(entry.Seq))
            ),
        ];
        ImmutableArray<UserId> users = [user, .. others.Select(each => each.User)];
        var privacy = await ReceiptPrivacy.ReadAsync(relations, users, CancellationToken.None);
        var marks = new VisibleMarks(user, own.Flags, privacy);
        return new([.. others.Select(other => OnlyAt(entry.Seq, marks.Of(other)))]);
    }

    /// <summary>Of what ended for a member only what concerns the entry: a page of 500 members stays small.</summary>
    private static MarkChange OnlyAt(long seq, MarkChange marks) =>
        marks with
        {
            Ended = new([.. marks.Ended.All.Where(range => seq >= range.From && seq <= range.To)]),
        };
}
