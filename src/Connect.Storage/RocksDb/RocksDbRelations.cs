using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;
using Connect.Storage.RocksDb.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>Contacts, requests and blocks of the embedded store, sealed under the owner's key.</summary>
internal sealed class RocksDbRelations(Database database, StoreKeys keys, Committer committer) : IRelationStore
{
    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Relation>> ReadAsync(
        ImmutableArray<(UserId Owner, UserId Other)> pairs,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        var relations = ImmutableArray.CreateBuilder<Relation>(pairs.Length);
        foreach (var (owner, other) in pairs)
        {
            relations.Add(Find(owner, other));
        }

        return new(relations.DrainToImmutable());
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Relation>> ListAsync(UserId owner, CancellationToken cancellationToken)
    {
        using var scope = database.Enter();
        if (keys.Find(RowTable.UserKey, owner.Value) is not { } key)
        {
            return new([]);
        }

        var relations = ImmutableArray.CreateBuilder<Relation>();
        foreach (var (rowKey, value) in database.ReadOwner(database.Relations, owner.Value))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var other = new UserId(RowKeys.ReadId(RowKeys.Row(rowKey)));
            if (!other.IsNone)
            {
                relations.Add(RelationRow.Read(owner, other, Open(key, owner, rowKey, value)));
            }
        }

        return new(relations.DrainToImmutable());
    }

    /// <inheritdoc/>
    public ValueTask<RelationTally> CountAsync(UserId owner, CancellationToken cancellationToken)
    {
        using var scope = database.Enter();
        return new(Count(owner).Tally);
    }

    /// <inheritdoc/>
    public ValueTask<RelationWrite> PutAsync(Relation relation, RelationTally limits)
    {
        var write = new FunctionWrite<RelationWrite>(batch => Put(batch, relation, limits))
        {
            Owner = relation.Owner.Value,
        };
        committer.Enqueue(write);
        return write.Outcome;
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAllAsync(UserId owner)
    {
        var write = new FunctionWrite<bool>(batch =>
        {
            // Also where the key is gone already: it takes none to delete.
            var from = new byte[RowKeys.OwnerLength];
            RowKeys.Owner(from, owner.Value);
            var to = new byte[RowKeys.OwnerLength];
            RowKeys.Owner(to, owner.Value + 1);
            batch.DeleteRange(from, (ulong)from.Length, to, (ulong)to.Length, database.Relations);
            return true;
        })
        {
            Owner = owner.Value,
        };
        committer.Enqueue(write);
        await write.Outcome;
    }

    private static byte[] Open(DataKey key, UserId owner, ReadOnlySpan<byte> rowKey, ReadOnlySpan<byte> value) =>
        key.Cipher.Open(RowTable.Relation, owner.Value, RowKeys.Row(rowKey), value);

    private Relation Find(UserId owner, UserId other)
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, owner.Value, other.Value);
        return
            !other.IsNone
            && database.Get(database.Relations, rowKey) is { } value
            && keys.Find(RowTable.UserKey, owner.Value) is { } key
            ? RelationRow.Read(owner, other, Open(key, owner, rowKey, value))
            : new(owner, other);
    }

    private (long Newest, RelationTally Tally) Count(UserId owner)
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, owner.Value, 0);
        return
            database.Get(database.Relations, rowKey) is { } value && keys.Find(RowTable.UserKey, owner.Value) is { } key
            ? TallyRow.Read(Open(key, owner, rowKey, value))
            : default;
    }

    private RelationWrite Put(WriteBatch batch, Relation relation, RelationTally limits)
    {
        if (database.FindGone(relation.Owner) != DeletionState.None)
        {
            return RelationWrite.Gone;
        }

        var stored = Find(relation.Owner, relation.Other);
        if (stored.Version != relation.Version)
        {
            return RelationWrite.Changed;
        }

        var (newest, before) = Count(relation.Owner);
        var after = before.With(stored, relation);
        if (after.Exceeds(before, limits))
        {
            return RelationWrite.Full;
        }

        var key = keys.FindOrAddUserKey(batch, relation.Owner.Value);
        PutRow(batch, key, relation with { Version = newest + 1 });
        PutTally(batch, key, relation.Owner, newest + 1, after);
        return RelationWrite.Written;
    }

    private void PutRow(WriteBatch batch, DataKey key, Relation relation)
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, relation.Owner.Value, relation.Other.Value);
        if (relation.IsEmpty)
        {
            batch.Delete(rowKey, database.Relations);
            return;
        }

        Span<byte> row = stackalloc byte[RelationRow.Length];
        RelationRow.Write(row, relation);
        var value = key.Cipher.Seal(RowTable.Relation, relation.Owner.Value, RowKeys.Row(rowKey), row);
        batch.Put(rowKey, value, database.Relations);
    }

    private void PutTally(WriteBatch batch, DataKey key, UserId owner, long newest, RelationTally tally)
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, owner.Value, 0);
        Span<byte> row = stackalloc byte[TallyRow.Length];
        TallyRow.Write(row, newest, tally);
        batch.Put(
            rowKey,
            key.Cipher.Seal(RowTable.Relation, owner.Value, RowKeys.Row(rowKey), row),
            database.Relations
        );
    }
}
