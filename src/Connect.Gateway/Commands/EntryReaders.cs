using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// Who holds an entry and has read it: a question asked on demand, whatever the size of the group (D6). For members who
/// see the entry, about the other members who could see it.
/// </summary>
internal sealed class EntryReaders(IConversationReader reader, IRelations relations)
{
    public async Task<Answer<Readers>> ReadAsync(UserId user, ReadersRequest asked)
    {
        if (!ConversationId.TryParse(asked.Conversation, out var conversation))
        {
            return new Refusal(ErrorCode.NotFound, Field: "conversation");
        }

        if (asked.Seq is 0 or >= ProtocolLimits.NumberLimit)
        {
            return new Refusal(ErrorCode.Invalid, Field: "seq");
        }

        // The entry itself is read: what is not there, or not for them, has no readers to tell.
        var seq = (long)asked.Seq;
        var query = new HistoryQuery(0, 0, seq, 1, 1);
        var slice = await reader.ReadHistoryAsync(user, conversation, query, CancellationToken.None);
        if (slice.Access != ReadAccess.Member)
        {
            return new Refusal(
                slice.Access == ReadAccess.Former ? ErrorCode.NotMember : ErrorCode.NotFound,
                Field: "conversation"
            );
        }

        if (slice.Entries is not [var entry] || entry.Seq != seq)
        {
            return new Refusal(ErrorCode.NotFound, Field: "seq");
        }

        if (await reader.ReadMembersAsync(user, conversation, CancellationToken.None) is not { } members)
        {
            return new Refusal(ErrorCode.NotMember, Field: "conversation");
        }

        return await MakeAsync(user, members, entry);
    }

    private async Task<Readers> MakeAsync(
        UserId user,
        ImmutableArray<Member> members,
        Contracts.Conversations.Entry entry
    )
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
        var marks = new ShownMarks(user, own.Flags, privacy);
        var readers = new Readers();
        readers.Members.Add(others.Select(marks.Of));
        return readers;
    }
}
