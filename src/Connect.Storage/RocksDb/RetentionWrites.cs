using Connect.Contracts.Identifiers;
using Connect.Storage.Reading;
using Connect.Storage.Rules;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// What the sweep of old entries writes: beside the writers of the conversations, each from the head of that moment.
/// </summary>
internal sealed class RetentionWrites(Database database, ConversationTables tables, Committer committer)
{
    /// <summary>Heads of one write.</summary>
    private const int PartHeads = 4_096;

    private DueTables Dues => tables.Dues;

    /// <summary>See <see cref="IRetainedRows.PlaceAsync"/>.</summary>
    public async ValueTask<bool> PlaceAsync(int count)
    {
        for (var left = count; !Dues.AllPlaced && left > 0; left -= PartHeads)
        {
            List<(ConversationId Id, ConversationHead Head)> heads;
            using (database.Enter())
            {
                heads = tables.NextHeads(Dues.Cursor, Math.Min(left, PartHeads));
            }

            var isLast = heads.Count < Math.Min(left, PartHeads);
            var write = new FunctionWrite<bool>(batch => Place(batch, heads, isLast))
            {
                // It has no owner: what it puts is in nobody else's way.
                Owner = UInt128.MaxValue - 2,
                Bytes = heads.Count * Rows.RowKeys.DueLength,
            };
            committer.Enqueue(write);
            await write.Outcome;
        }

        return Dues.AllPlaced;
    }

    /// <summary>See <see cref="IRetainedRows.RaiseFloorAsync"/>.</summary>
    public ValueTask RaiseFloorAsync(DueRow row, FloorChange change, long dropAt) =>
        WriteAsync(
            row.Conversation,
            batch =>
            {
                Dues.Delete(batch, row);
                if (tables.FindHead(row.Conversation) is not { MemberRows: > 0 } head)
                {
                    return;
                }

                var raised = RetentionRules.Raise(head, change);
                if (raised != head)
                {
                    tables.PutHead(batch, row.Conversation, raised);
                }

                // A conversation of an earlier format may have rows left below a floor that it had then.
                if (raised != head || (row.Time == 0 && head.Floor > 0))
                {
                    Dues.Put(batch, new(DueKind.Rows, dropAt, row.Conversation));
                }

                if (raised.Seq > raised.Floor)
                {
                    Dues.Put(batch, new(DueKind.Floor, change.NextDue, row.Conversation));
                }
            }
        );

    /// <summary>See <see cref="IRetainedRows.DropBelowFloorAsync"/>.</summary>
    public ValueTask DropBelowFloorAsync(DueRow row)
    {
        List<UInt128> authors;
        using (database.Enter())
        {
            // Who writes for the first time from now on does so above the floor.
            authors = tables.Authors.ReadAuthors(row.Conversation);
        }

        return WriteAsync(
            row.Conversation,
            batch =>
            {
                Dues.Delete(batch, row);
                if (tables.FindHead(row.Conversation) is { MemberRows: > 0 } head)
                {
                    tables.DropEntries(batch, row.Conversation, head.Floor);
                    tables.Authors.Drop(batch, row.Conversation, authors, head.Floor);
                }
            }
        );
    }

    private bool Place(WriteBatch batch, List<(ConversationId Id, ConversationHead Head)> heads, bool isLast)
    {
        foreach (var (id, head) in heads)
        {
            if (RetentionRules.NeedsRow(head))
            {
                Dues.Put(batch, new(DueKind.Floor, 0, id));
            }
        }

        if (isLast)
        {
            Dues.PutEnd(batch);
        }
        else
        {
            Dues.PutCursor(batch, heads[^1].Id);
        }

        return true;
    }

    private async ValueTask WriteAsync(ConversationId conversation, Action<WriteBatch> change)
    {
        var write = new FunctionWrite<bool>(batch =>
        {
            change(batch);
            return true;
        })
        {
            Owner = conversation.Value,
        };
        committer.Enqueue(write);
        await write.Outcome;
    }
}
