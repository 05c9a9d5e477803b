using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.RocksDb.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>The marks of users who are deleted or being deleted.</summary>
internal static class GoneUsers
{
    public static DeletionState FindGone(this Database database, UserId user)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, user.Value);
        Span<byte> row = stackalloc byte[GoneRow.Length];
        return database.TryGet(database.Gone, key, row) ? GoneRow.Read(row) : DeletionState.None;
    }

    public static void PutGone(this Database database, WriteBatch batch, UserId user, DeletionState state)
    {
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, user.Value);
        Span<byte> row = stackalloc byte[GoneRow.Length];
        GoneRow.Write(row, state);
        batch.Put(key, row, database.Gone);
    }

    /// <summary>All whose deletion is not done: a look at the whole table, which has one short row a user.</summary>
    public static List<UserId> ListGoing(this Database database, CancellationToken cancellationToken)
    {
        var going = new List<UserId>();
        using var iterator = database.Iterate(database.Gone);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (GoneRow.Read(iterator.GetValueSpan()) == DeletionState.Begun)
            {
                going.Add(new(RowKeys.ReadId(iterator.GetKeySpan())));
            }
        }

        Database.ThrowIfFailed(iterator);
        return going;
    }
}
