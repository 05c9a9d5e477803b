using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;

namespace Connect.Accounts.People;

/// <summary>
/// Blocks and unblocks users. The caller's row says whether they block; the flag that closes the direct conversation
/// follows it, in the store, which also stops a writer that has not heard of the block yet; only then do we answer.
/// Null means done.
/// </summary>
public sealed class Blocks(
    IRelationStore store,
    Relations relations,
    RelationWriter writer,
    IUserNames users,
    IDirectConversations conversations,
    ContactPush push,
    TimeProvider time
)
{
    public async ValueTask<ImmutableArray<Relation>> ListAsync(UserId user, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(user, cancellationToken)).Where(each => each.Blocks)];

    public async ValueTask<Refusal?> BlockAsync(UserId user, UserId other, CancellationToken cancellationToken)
    {
        if (user == other)
        {
            return new(RefusalReason.Invalid, "Oneself cannot be blocked.", "user");
        }

        if (await users.FindNameAsync(other) is null)
        {
            return new(RefusalReason.Forbidden, "There is no such user.", "user");
        }

        var (_, theirs) = await relations.ReadFreshAsync(user, other, cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var written = await writer.ChangeAsync(user, other, row => RelationRules.Block(row, now), cancellationToken);
        if (written != RelationWrite.Written)
        {
            return Refuse(written);
        }

        if (theirs.IsAsked)
        {
            // The caller's own request is gone, so its marker goes too; readers would ignore a stray one.
            await writer.TryPutAsync(RelationRules.Unmark(theirs));
        }

        return await FollowAsync(user, other, cancellationToken);
    }

    public async ValueTask<Refusal?> UnblockAsync(UserId user, UserId other, CancellationToken cancellationToken)
    {
        // In reverse order: while the row says blocked, the list of blocks shows that it is to be tried again. Even
        // without a row the flag is cleared: whatever closed the conversation, this opens it.
        await conversations.SetBlockAsync(user, other, blocks: false);
        var before = await ReadAsync(user, other, cancellationToken);
        if (before.Blocks)
        {
            var written = await writer.ChangeAsync(user, other, each => RelationRules.Unblock(each), cancellationToken);
            if (written != RelationWrite.Written)
            {
                return Refuse(written);
            }
        }

        return await FollowAsync(user, other, cancellationToken, tell: before.Blocks);
    }

    /// <summary>
    /// Makes the flag of the conversation what the row says. Another device may block and unblock at the same moment:
    /// whoever wrote the flag reads the row again, and repairs what no longer fits. So the last one to write the row
    /// leaves a flag that fits it, and nobody who comes later with an older answer leaves theirs.
    /// </summary>
    private async ValueTask<Refusal?> FollowAsync(
        UserId user,
        UserId other,
        CancellationToken cancellationToken,
        bool tell = true
    )
    {
        var row = await ReadAsync(user, other, cancellationToken);
        for (var attempt = 0; attempt < RelationWriter.Attempts; attempt++)
        {
            await conversations.SetBlockAsync(user, other, row.Blocks);
            var again = await ReadAsync(user, other, cancellationToken);
            if (again.Blocks == row.Blocks)
            {
                if (tell)
                {
                    push.Tell(user, other);
                }

                return null;
            }

            row = again;
        }

        return new(RefusalReason.Overloaded);
    }

    private async ValueTask<Relation> ReadAsync(UserId user, UserId other, CancellationToken cancellationToken) =>
        (await store.ReadAsync([(user, other)], cancellationToken))[0];

    private static Refusal Refuse(RelationWrite written) =>
        written == RelationWrite.Full
            ? new(RefusalReason.RateLimited, "You block too many users.", "user")
            : new(RefusalReason.Overloaded);
}
