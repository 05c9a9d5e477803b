using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Reading;
using Connect.Storage.Rows;
using Microsoft.Extensions.Logging;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>The index of conversations of the embedded store, sealed under the user's key.</summary>
internal sealed partial class RocksDbIndex(
    Database database,
    StoreKeys keys,
    Committer committer,
    ConversationReads reads,
    ListTables lists,
    ListMigration migration,
    PassedOver passedOver,
    ILogger logger
) : IConversationIndex, IIndexRows
{
    /// <inheritdoc/>
    public async ValueTask PutAsync(ImmutableArray<IndexRow> rows)
    {
        foreach (var row in rows)
        {
            await migration.EnsureAsync(row.User);
        }

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
    public async ValueTask<int> CountAsync(UserId user, CancellationToken cancellationToken)
    {
        await migration.EnsureAsync(user);
        using var scope = database.Enter();
        return lists.FindTally(user) ?? 0;
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ListPlace>> ReadPlacesAsync(
        UserId user,
        ListShelf shelf,
        ListPlace after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        return new(lists.ReadPlaces(user, shelf, after, limit));
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<IndexRow?>> FindManyAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        var key = keys.Find(RowTable.UserKey, user.Value);
        return new([.. conversations.Select(each => key is null ? null : lists.Find(key, user, each)?.Row)]);
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<IndexRow>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        await migration.EnsureAsync(user);
        using var scope = database.Enter();
        if (keys.Find(RowTable.UserKey, user.Value) is not { } key)
        {
            return [];
        }

        var rows = ImmutableArray.CreateBuilder<IndexRow>();
        foreach (var (rowKey, value) in database.ReadOwner(database.Index, user.Value))
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(Open(key, user, rowKey, value));
        }

        return rows.DrainToImmutable();
    }

    /// <inheritdoc/>
    public ValueTask<IndexRow?> FindAsync(UserId user, ConversationId conversation, CancellationToken cancellationToken)
    {
        using var scope = database.Enter();
        var key = keys.Find(RowTable.UserKey, user.Value);
        return new(key is null ? null : lists.Find(key, user, conversation)?.Row);
    }

    /// <inheritdoc/>
    public async ValueTask<IndexRow?> ChooseAsync(
        UserId user,
        ConversationId conversation,
        long? mutedUntil,
        long? hiddenThrough
    )
    {
        await migration.EnsureAsync(user);
        var write = new FunctionWrite<IndexRow?>(batch => Choose(batch, user, conversation, mutedUntil, hiddenThrough))
        {
            Owner = user.Value,
        };
        committer.Enqueue(write);
        return await write.Outcome;
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
    public async ValueTask<IndexPage> WalkAsync(
        UserId user,
        ConversationId conversation,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var page = Walk(user, conversation, limit, cancellationToken);
        var isChanged = false;
        foreach (var owner in page.Rows.Select(row => row.User).Distinct())
        {
            try
            {
                isChanged |= migration.IsDue(owner);
                await migration.EnsureAsync(owner);
            }
            catch (Exception exception) when (PassedOver.Concerns(exception))
            {
                PassOver(owner, exception);
            }
        }

        return isChanged ? Walk(user, conversation, limit, cancellationToken) : page;
    }

    private IndexPage Walk(UserId user, ConversationId conversation, int limit, CancellationToken cancellationToken)
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
            try
            {
                if (keys.Find(RowTable.UserKey, owner.Value) is { } key)
                {
                    rows.Add(Open(key, owner, iterator.GetKeySpan(), iterator.GetValueSpan()));
                }
            }
            catch (Exception exception) when (PassedOver.Concerns(exception))
            {
                PassOver(owner, exception);
            }

            iterator.Next();
        }

        Database.ThrowIfFailed(iterator);
        if (!iterator.Valid())
        {
            return IndexPage.LastOf(rows.DrainToImmutable());
        }

        var next = iterator.GetKeySpan();
        UserId nextUser = new(RowKeys.ReadId(next));
        return new(rows.DrainToImmutable(), nextUser, new(RowKeys.ReadId(RowKeys.Row(next))), false);
    }

    private void PassOver(UserId user, Exception exception)
    {
        if (passedOver.Note(user.Value))
        {
            StorageLog.PassedOver(logger, "Index rows", user, exception);
        }
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
        return SealedRows.OpenIndexRow(key, user, new(RowKeys.ReadId(RowKeys.Row(rowKey))), value).Row;
    }

    private bool Put(WriteBatch batch, IndexRow row)
    {
        if (database.FindGone(row.User) != DeletionState.None)
        {
            return false;
        }

        var key = keys.FindOrAddUserKey(batch, row.User.Value);
        var before = lists.Find(key, row.User, row.Conversation);
        if (before is { Row: var known })
        {
            row = row with { MutedUntil = known.MutedUntil, HiddenThrough = known.HiddenThrough };
        }
        else
        {
            lists.PutTally(batch, row.User, (lists.FindTally(row.User) ?? 0) + 1);
        }

        lists.Put(batch, key, before, new(row, lists.Stamp()));
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
        if (
            keys.Find(RowTable.UserKey, user.Value) is not { } key
            || lists.Find(key, user, conversation) is not { } before
        )
        {
            return null;
        }

        var row = before.Row with
        {
            MutedUntil = mutedUntil ?? before.Row.MutedUntil,
            HiddenThrough = hiddenThrough ?? before.Row.HiddenThrough,
        };
        lists.Put(batch, key, before, before with { Row = row });
        return row;
    }

    private bool Delete(WriteBatch batch, UserId user, ConversationId conversation, Func<IndexRow, bool> mayGo)
    {
        if (
            keys.Find(RowTable.UserKey, user.Value) is not { } key
            || lists.Find(key, user, conversation) is not { } there
            || !mayGo(there.Row)
        )
        {
            return false;
        }

        lists.Delete(batch, there);
        return true;
    }
}
