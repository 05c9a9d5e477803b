using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;

namespace Connect.Storage.RocksDb;

/// <summary>
/// Brings the index of a user whom an older program wrote into today's form: rows of members get a place, rows of
/// invites become invites, or go when the user may not see them. It happens in parts when the user is met, by a list,
/// a new row or the sweep that walks over all of them, and goes on where it stopped.
/// </summary>
internal sealed class ListMigration(
    Database database,
    StoreKeys keys,
    Committer committer,
    ListTables lists,
    ConversationTables conversations,
    TimeProvider time
)
{
    /// <summary>Rows of one write.</summary>
    private const int PartRows = 500;
    private const long InviteLifetime = 30L * 24 * 60 * 60 * 1000;

    public bool IsDue(UserId user)
    {
        using var scope = database.Enter();
        return lists.FindTally(user) is null && lists.HasRows(user);
    }

    public async ValueTask EnsureAsync(UserId user)
    {
        if (!IsDue(user))
        {
            return;
        }

        var from = default(UInt128);
        while (ReadPart(user, ref from) is { Count: > 0 } part)
        {
            var write = new FunctionWrite<bool>(batch =>
            {
                if (keys.Find(RowTable.UserKey, user.Value) is { } key)
                {
                    part.ForEach(each => Move(batch, key, each));
                }

                return true;
            })
            {
                Owner = user.Value,
                Bytes = part.Count * 256,
                // Reading waits for it, and what it writes is bounded by what is stored.
                UsesReserve = true,
            };
            committer.Enqueue(write);
            await write.Outcome;
        }

        var tally = new FunctionWrite<bool>(batch =>
        {
            if (lists.FindTally(user) is null)
            {
                lists.PutTally(batch, user, CountRows(user));
            }

            return true;
        })
        {
            Owner = user.Value,
            UsesReserve = true,
        };
        committer.Enqueue(tally);
        await tally.Outcome;
    }

    /// <summary>The next rows without a place, and what becomes of each.</summary>
    private List<Fate>? ReadPart(UserId user, ref UInt128 from)
    {
        using var scope = database.Enter();
        if (keys.Find(RowTable.UserKey, user.Value) is not { } key)
        {
            return null;
        }

        var part = new List<Fate>();
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, user.Value, from);
        using var iterator = database.Iterate(database.Index);
        for (iterator.Seek(rowKey); iterator.Valid() && part.Count < PartRows; iterator.Next())
        {
            var found = iterator.GetKeySpan();
            if (!found.StartsWith(rowKey[..RowKeys.OwnerLength]))
            {
                break;
            }

            var conversation = new ConversationId(RowKeys.ReadId(RowKeys.Row(found)));
            from = conversation.Value + 1;
            var placed = SealedRows.OpenIndexRow(key, user, conversation, iterator.GetValueSpan());
            if (placed.PlacedAt == 0)
            {
                part.Add(Decide(placed.Row));
            }
        }

        Database.ThrowIfFailed(iterator);
        return part;
    }

    private Fate Decide(IndexRow row)
    {
        var head = conversations.FindHead(row.Conversation);
        var member = head is { MemberRows: > 0 } there
            ? conversations.FindMember(row.Conversation, row.User, there.MemberRows)
            : null;
        if (member is not { IsPresent: false, Invitation: { } invitation })
        {
            // A row without membership is the sweep's business.
            var isRequest = member is not null && Rules.ListRules.IsRequest(member.Flags);
            return new(row, Math.Max(1, head is { LastTime: > 0 } moved ? moved.LastTime : row.Time), isRequest, null);
        }

        var isOver =
            invitation.IsHidden || invitation.Time + InviteLifetime <= time.GetUtcNow().ToUnixTimeMilliseconds();
        var invite = new InviteRow(row.User, row.Conversation, invitation.By, invitation.Time);
        return new(row, 0, false, isOver ? null : invite);
    }

    private void Move(RocksDbSharp.WriteBatch batch, DataKey key, Fate fate)
    {
        var before = lists.Find(key, fate.Row.User, fate.Row.Conversation);
        if (before is not { PlacedAt: 0 } same || same.Row != fate.Row)
        {
            return;
        }

        if (fate.PlacedAt > 0)
        {
            lists.Put(batch, key, before, new(fate.Row, fate.PlacedAt), fate.IsRequest);
            return;
        }

        lists.Delete(batch, same);
        if (fate.Invite is { } invite)
        {
            Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
            RowKeys.Pair(rowKey, invite.User.Value, invite.Conversation.Value);
            Span<byte> row = stackalloc byte[ListRows.InviteLength];
            ListRows.WriteInvite(row, invite);
            batch.Put(rowKey, row, database.Invites);
        }
    }

    private int CountRows(UserId user)
    {
        Span<byte> prefix = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(prefix, user.Value);
        using var iterator = database.Iterate(database.Index);
        var count = 0;
        for (iterator.Seek(prefix); iterator.Valid() && iterator.GetKeySpan().StartsWith(prefix); iterator.Next())
        {
            count++;
        }

        Database.ThrowIfFailed(iterator);
        return count;
    }

    /// <param name="Row">The row as it was read.</param>
    /// <param name="PlacedAt">Its place; 0: it goes.</param>
    /// <param name="IsRequest">It is a message request.</param>
    /// <param name="Invite">The invite that it was, if it still is one that the user may see.</param>
    private sealed record Fate(IndexRow Row, long PlacedAt, bool IsRequest, InviteRow? Invite);
}
