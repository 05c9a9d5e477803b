using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;

namespace Connect.Accounts.People;

/// <summary>
/// Blocks and unblocks users. The caller's row becomes durable first; then the store closes the direct conversation,
/// which also stops a writer that has not heard of the block yet; only then do we answer. Null means done.
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

        await conversations.SetBlockAsync(user, other, blocks: true);
        push.Tell(user, other);
        return null;
    }

    public async ValueTask<Refusal?> UnblockAsync(UserId user, UserId other, CancellationToken cancellationToken)
    {
        var row = (await store.ReadAsync([(user, other)], cancellationToken))[0];
        if (!row.Blocks)
        {
            return null;
        }

        // In reverse order: while the row says blocked, a retry gets here again.
        await conversations.SetBlockAsync(user, other, blocks: false);
        var written = await writer.ChangeAsync(user, other, each => RelationRules.Unblock(each), cancellationToken);
        if (written != RelationWrite.Written)
        {
            return Refuse(written);
        }

        push.Tell(user, other);
        return null;
    }

    private static Refusal Refuse(RelationWrite written) =>
        written == RelationWrite.Full
            ? new(RefusalReason.RateLimited, "You block too many users.", "user")
            : new(RefusalReason.Overloaded);
}
