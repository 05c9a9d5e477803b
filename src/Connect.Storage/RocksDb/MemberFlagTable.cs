using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Storage.Committing;
using Connect.Storage.Encryption;
using Connect.Storage.RocksDb.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The flags of members, changed past the writer of their conversation; on the committer's thread. The epoch goes up in
/// the same batch.
/// </summary>
internal sealed class MemberFlagTable(ConversationTables tables, MemberRowsCache cache)
{
    public Member? Set(
        WriteBatch batch,
        ConversationId conversation,
        UserId user,
        UserId peer,
        MemberFlags add,
        MemberFlags remove
    )
    {
        cache.Forget(conversation);
        if (tables.FindHead(conversation) is { } head)
        {
            return Change(batch, conversation, head, user, add, remove);
        }

        if (peer.IsNone)
        {
            return null;
        }

        var key = DataKey.Generate();
        var member = CommitRules.Founder(user) with { Flags = add & ~remove };
        tables.PutCreation(batch, conversation, key, new(ConversationKind.Direct, null));
        tables.PutBlock(batch, conversation, key, 0, [member, CommitRules.Founder(peer)]);
        tables.PutHead(batch, conversation, CommitRules.EmptyHead);
        return member;
    }

    private Member? Change(
        WriteBatch batch,
        ConversationId conversation,
        ConversationHead head,
        UserId user,
        MemberFlags add,
        MemberFlags remove
    )
    {
        for (var number = 0; number < MemberBlock.CountFor(head.MemberRows); number++)
        {
            var block = tables.ReadBlock(conversation, number);
            var slot = block.FindIndex(each => each.User == user);
            if (slot < 0)
            {
                continue;
            }

            var member = block[slot];
            var changed = member with { Flags = (member.Flags & ~remove) | add };
            if (!member.IsPresent || changed == member)
            {
                return member.IsPresent ? member : null;
            }

            block[slot] = changed;
            tables.PutBlock(batch, conversation, tables.FindKey(conversation)!, number, block);
            tables.PutHead(batch, conversation, head with { Epoch = head.Epoch + 1 });
            return changed;
        }

        return null;
    }
}
