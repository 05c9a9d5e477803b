using Connect.Storage.Rows;
using Connect.Storage.Rules;
using Microsoft.Extensions.Logging;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// Deletes idempotency rows after 31 days: a slow walk over the table, some rows each second. Reads ignore such rows
/// anyway, so only disk usage depends on its pace.
/// </summary>
internal sealed class DedupeSweep(Database database, Committer committer, ILogger logger)
{
    private byte[] _from = [];

    /// <summary>Examines the next rows and passes the expired ones to the committer.</summary>
    /// <param name="rows">How many rows to examine.</param>
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
                    // It has no owner. A cid sent again in the same batch is put after the delete, and stays.
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
