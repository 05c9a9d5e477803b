using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Reading;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>The index of conversations of the embedded store, sealed under the user's key.</summary>
internal sealed class RocksDbIndex(Database database, StoreKeys keys, Committer committer, ConversationReads reads)
    : IConversationIndex,
        IIndexRows
{
    /// <inheritdoc/>
    public async ValueTask PutAsync(ImmutableArray<IndexRow> rows)
    {
        // One write per user, since a write has one owner; they share a batch. All are awaited before any error is
        // thrown, so that nothing is in flight when the caller decides what to do.
        var writes = new FunctionWrite<bool>[rows.Length];
        for (var i = 0; i < writes.Length; i++)
        {
            var row = rows[i];
            writes[i] = new(batch => Put(batch, row)) { Owner = row.User.Value };
            committer.Enqueue(writes[i]);
        }

        var written = await Task.WhenAll(writes.Select(w => w.Outcome.AsTask()));
        if (written.Contains(false))
        {
            throw new UserGoneException();
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<IndexRow>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        using var scope = database.Enter();
        if (keys.Find(RowTable.UserKey, user.Value) is not { } key)
        {
            return new([]);
        }

        var rows = ImmutableArray.CreateBuilder<IndexRow>();
        foreach (var (rowKey, value) in database.ReadOwner(database.Index, user.Value))
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(Open(key, user, rowKey, value));
        }

        return new(rows.DrainToImmutable());
    }

    /// <inheritdoc/>
    public ValueTask<IndexRow?> FindAsync(UserId user, ConversationId conversation, CancellationToken cancellationToken)
    {
        using var scope = database.Enter();
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, user.Value, conversation.Value);
        return new(
            keys.Find(RowTable.UserKey, user.Value) is { } key && database.Get(database.Index, rowKey) is { } value
                ? Open(key, user, rowKey, value)
                : null
        );
    }

    /// <inheritdoc/>
    public ValueTask<IndexRow?> ChooseAsync(
        UserId user,
        ConversationId conversation,
        long? mutedUntil,
        long? hiddenThrough
    )
    {
        var write = new FunctionWrite<IndexRow?>(batch => Choose(batch, user, conversation, mutedUntil, hiddenThrough))
        {
            Owner = user.Value,
        };
        committer.Enqueue(write);
        return write.Outcome;
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(UserId user, ConversationId conversation, Cid cid)
    {
        return DeleteAsync(user, conversation, row => row.Cid == cid);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(IndexRow row) => DeleteAsync(row.User, row.Conversation, there => there == row);

    /// <inheritdoc/>
    public ValueTask<bool> BelongsAsync(
        UserId user,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) => reads.BelongsAsync(user, conversation, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IndexPage> WalkAsync(
        UserId user,
        ConversationId conversation,
        int limit,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        Span<byte> from = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(from, user.Value, conversation.Value);
        using var iterator = database.Iterate(database.Index);
        iterator.Seek(from);
        var rows = ImmutableArray.CreateBuilder<IndexRow>();
        for (var left = limit; left > 0 && iterator.Valid(); left--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var owner = new UserId(RowKeys.ReadId(iterator.GetKeySpan()));
            if (keys.Find(RowTable.UserKey, owner.Value) is { } key)
            {
                rows.Add(Open(key, owner, iterator.GetKeySpan(), iterator.GetValueSpan()));
            }

            iterator.Next();
        }

        Database.ThrowIfFailed(iterator);
        if (!iterator.Valid())
        {
            return new(IndexPage.LastOf(rows.DrainToImmutable()));
        }

        var next = iterator.GetKeySpan();
        UserId nextUser = new(RowKeys.ReadId(next));
        return new(new IndexPage(rows.DrainToImmutable(), nextUser, new(RowKeys.ReadId(RowKeys.Row(next))), false));
    }

    private ValueTask<bool> DeleteAsync(UserId user, ConversationId conversation, Func<IndexRow, bool> mayGo)
    {
        var write = new FunctionWrite<bool>(batch => Delete(batch, user, conversation, mayGo))
        {
            Owner = user.Value,
            UsesReserve = true,
        };
        committer.Enqueue(write);
        return write.Outcome;
    }

    private static IndexRow Open(DataKey key, UserId user, ReadOnlySpan<byte> rowKey, ReadOnlySpan<byte> value)
    {
        return SealedRows.OpenIndexRow(key, user, new(RowKeys.ReadId(RowKeys.Row(rowKey))), value);
    }

    private bool Put(WriteBatch batch, IndexRow row)
    {
        if (database.FindGone(row.User) != DeletionState.None)
        {
            return false;
        }

        var key = keys.FindOrAddUserKey(batch, row.User.Value);
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, row.User.Value, row.Conversation.Value);
        if (database.Get(database.Index, rowKey) is { } value)
        {
            var known = Open(key, row.User, rowKey, value);
            row = row with { MutedUntil = known.MutedUntil, HiddenThrough = known.HiddenThrough };
        }

        Seal(batch, key, rowKey, row);
        return true;
    }

    private IndexRow? Choose(
        WriteBatch batch,
        UserId user,
        ConversationId conversation,
        long? mutedUntil,
        long? hiddenThrough
    )
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, user.Value, conversation.Value);
        if (
            keys.Find(RowTable.UserKey, user.Value) is not { } key
            || database.Get(database.Index, rowKey) is not { } value
        )
        {
            return null;
        }

        var row = Open(key, user, rowKey, value);
        row = row with
        {
            MutedUntil = mutedUntil ?? row.MutedUntil,
            HiddenThrough = hiddenThrough ?? row.HiddenThrough,
        };
        Seal(batch, key, rowKey, row);
        return row;
    }

    private void Seal(WriteBatch batch, DataKey key, ReadOnlySpan<byte> rowKey, IndexRow row)
    {
        batch.Put(rowKey, SealedRows.SealIndexRow(key, row), database.Index);
    }

    private bool Delete(WriteBatch batch, UserId user, ConversationId conversation, Func<IndexRow, bool> mayGo)
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, user.Value, conversation.Value);
        if (
            keys.Find(RowTable.UserKey, user.Value) is not { } key
            || database.Get(database.Index, rowKey) is not { } value
            || !mayGo(Open(key, user, rowKey, value))
        )
        {
            return false;
        }

        batch.Delete(rowKey, database.Index);
        return true;
    }
}
