using Connect.Storage.Committing;
using Connect.Storage.RocksDb.Rows;
using Microsoft.Extensions.Logging;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// Deletes idempotency rows past their 31 days: a slow walk over the table, some rows each second. Reads ignore such
/// rows already, so nothing depends on its pace but the disk.
/// </summary>
internal sealed class DedupeSweep(Database database, Committer committer, ILogger logger)
{
    private byte[] _from = [];

    /// <summary>Looks at the next rows and hands the expired ones to the committer.</summary>
    /// <param name="rows">How many to look at.</param>
    /// <param name="now">Milliseconds since the epoch.</param>
    public void Step(int rows, long now)
    {
        var oldest = now - CommitRules.DedupeLifetimeMilliseconds;
        var expired = Walk(rows, oldest);
        if (expired.Count > 0)
        {
            committer.Enqueue(
                new FunctionWrite<int>(batch => Delete(batch, expired, oldest))
                {
                    // It belongs to nobody. A cid sent anew in the same turn is put after the delete, and stays.
                    Owner = UInt128.MaxValue,
                    ComesFirst = true,
                    Bytes = expired.Count * RowKeys.DedupeLength,
                }
            );
        }
    }

    private List<byte[]> Walk(int rows, long oldest)
    {
        using var scope = database.Enter();
        using var iterator = database.Iterate(database.Dedupe);
        iterator.Seek(_from);
        var expired = new List<byte[]>();
        for (var left = rows; left > 0 && iterator.Valid(); left--)
        {
            if (DedupeRow.Read(iterator.GetValueSpan()).CommittedAt < oldest)
            {
                expired.Add(iterator.Key());
            }

            iterator.Next();
        }

        Database.ThrowIfFailed(iterator);
        _from = iterator.Valid() ? iterator.Key() : [];
        return expired;
    }

    private int Delete(WriteBatch batch, List<byte[]> expired, long oldest)
    {
        var deleted = 0;
        Span<byte> row = stackalloc byte[DedupeRow.Length];
        foreach (var key in expired)
        {
            if (database.TryGet(database.Dedupe, key, row) && DedupeRow.Read(row).CommittedAt < oldest)
            {
                batch.Delete(key, database.Dedupe);
                deleted++;
            }
        }

        StorageLog.Swept(logger, deleted);
        return deleted;
    }
}
