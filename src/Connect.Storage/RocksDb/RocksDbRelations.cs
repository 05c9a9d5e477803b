using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using Connect.Storage.Rules;
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
                relations.Add(SealedRows.OpenRelation(key, owner, other, value));
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
            // Needs no key, so it works after the key is destroyed too.
            var from = new byte[RowKeys.OwnerLength];
            RowKeys.Owner(from, owner.Value);
            var to = new byte[RowKeys.OwnerLength];
            RowKeys.Owner(to, owner.Value + 1);
            batch.DeleteRange(from, (ulong)from.Length, to, (ulong)to.Length, database.Relations);
            return true;
        })
        {
            Owner = owner.Value,
            UsesReserve = true,
        };
        committer.Enqueue(write);
        await write.Outcome;
    }

    private Relation Find(UserId owner, UserId other)
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, owner.Value, other.Value);
        return
            !other.IsNone
            && database.Get(database.Relations, rowKey) is { } value
            && keys.Find(RowTable.UserKey, owner.Value) is { } key
            ? SealedRows.OpenRelation(key, owner, other, value)
            : new(owner, other);
    }

    private RelationCounts Count(UserId owner)
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, owner.Value, 0);
        return
            database.Get(database.Relations, rowKey) is { } value && keys.Find(RowTable.UserKey, owner.Value) is { } key
            ? SealedRows.OpenCounts(key, owner, value)
            : default;
    }

    private RelationWrite Put(WriteBatch batch, Relation relation, RelationTally limits)
    {
        var owner = relation.Owner;
        var stored = Find(owner, relation.Other);
        var decision = RelationRules.Decide(database.FindGone(owner), stored, relation, Count(owner), limits);
        if (decision.Outcome == RelationWrite.Written)
        {
            var key = keys.FindOrAddUserKey(batch, owner.Value);
            PutRow(batch, key, decision.Row);
            PutCounts(batch, key, owner, decision.Counts);
        }

        return decision.Outcome;
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

        batch.Put(rowKey, SealedRows.SealRelation(key, relation), database.Relations);
    }

    private void PutCounts(WriteBatch batch, DataKey key, UserId owner, in RelationCounts counts)
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, owner.Value, 0);
        batch.Put(rowKey, SealedRows.SealCounts(key, owner, counts), database.Relations);
    }
}
