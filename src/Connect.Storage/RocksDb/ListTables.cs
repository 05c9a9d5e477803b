using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The index rows of users with their places in the list, one call each. The caller holds the database open; what
/// takes a batch is for the committer's thread only.
/// </summary>
internal sealed class ListTables(Database database, TimeProvider time)
{
    private long _lastStamp;

    /// <summary>The number of a user's index rows; null: an older program wrote them, uncounted so far.</summary>
    public int? FindTally(UserId user)
    {
        Span<byte> key = stackalloc byte[ListRows.TallyKeyLength];
        ListRows.TallyKey(key, user);
        Span<byte> row = stackalloc byte[ListRows.TallyLength];
        return database.TryGet(database.Places, key, row) ? ListRows.ReadTally(row) : null;
    }

    public void PutTally(WriteBatch batch, UserId user, int count)
    {
        Span<byte> key = stackalloc byte[ListRows.TallyKeyLength];
        ListRows.TallyKey(key, user);
        if (count <= 0)
        {
            batch.Delete(key, database.Places);
            return;
        }

        Span<byte> row = stackalloc byte[ListRows.TallyLength];
        ListRows.WriteTally(row, count);
        batch.Put(key, row, database.Places);
    }

    public PlacedRow? Find(DataKey key, UserId user, ConversationId conversation)
    {
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, user.Value, conversation.Value);
        return database.Get(database.Index, rowKey) is { } value
            ? SealedRows.OpenIndexRow(key, user, conversation, value)
            : null;
    }

    /// <summary>Writes a row in its place; the places of the row before it go.</summary>
    /// <param name="batch">Receives the writes.</param>
    /// <param name="key">The user's.</param>
    /// <param name="before">The row as it is; null: there is none.</param>
    /// <param name="after">The row as it is to be.</param>
    /// <param name="isRequest">It is a message request.</param>
    /// <param name="head">The head of the conversation, to tell whether it is hidden; 0 when it is not known.</param>
    public void Put(
        WriteBatch batch,
        DataKey key,
        PlacedRow? before,
        PlacedRow after,
        bool? isRequest = null,
        long head = 0
    )
    {
        var (user, conversation) = (after.Row.User, after.Row.Conversation);
        if (before is { PlacedAt: > 0 } old && old.PlacedAt != after.PlacedAt)
        {
            DropPlaces(batch, user, new(old.PlacedAt, conversation));
        }

        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, user.Value, conversation.Value);
        batch.Put(rowKey, SealedRows.SealIndexRow(key, after), database.Index);
        if (after.PlacedAt <= 0)
        {
            return;
        }

        var place = new ListPlace(after.PlacedAt, conversation);
        SetPlace(batch, user, ListShelf.All, place, isThere: true);
        SetPlace(batch, user, ListShelf.Hidden, place, after.Row.HiddenThrough > 0 && after.Row.HiddenThrough >= head);
        if (isRequest is { } request)
        {
            SetPlace(batch, user, ListShelf.Requests, place, request);
        }
    }

    /// <summary>Deletes a row and its places, and counts.</summary>
    public void Delete(WriteBatch batch, PlacedRow row)
    {
        var (user, conversation) = (row.Row.User, row.Row.Conversation);
        Span<byte> rowKey = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(rowKey, user.Value, conversation.Value);
        batch.Delete(rowKey, database.Index);
        DropPlaces(batch, user, new(row.PlacedAt, conversation));
        if (FindTally(user) is { } count)
        {
            PutTally(batch, user, count - 1);
        }
    }

    public ImmutableArray<ListPlace> ReadPlaces(UserId user, ListShelf shelf, ListPlace after, int limit)
    {
        var places = ImmutableArray.CreateBuilder<ListPlace>();
        Span<byte> key = stackalloc byte[ListRows.PlaceLength];
        ListRows.Place(key, user, shelf, after);
        using var iterator = database.Iterate(database.Places);
        iterator.Seek(key);
        var prefix = key[..(RowKeys.OwnerLength + 1)];
        for (; iterator.Valid() && places.Count < limit; iterator.Next())
        {
            var found = iterator.GetKeySpan();
            if (!found.StartsWith(prefix))
            {
                break;
            }

            if (!found.SequenceEqual(key))
            {
                places.Add(ListRows.ReadPlace(found));
            }
        }

        Database.ThrowIfFailed(iterator);
        return places.DrainToImmutable();
    }

    /// <summary>
    /// The time of a new place. It never goes back, so that what is placed while a client reads a list stands above
    /// all that the client began with.
    /// </summary>
    public long Stamp() => _lastStamp = Math.Max(_lastStamp, time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Whether any index row of a user exists.</summary>
    public bool HasRows(UserId user)
    {
        Span<byte> prefix = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(prefix, user.Value);
        using var iterator = database.Iterate(database.Index);
        iterator.Seek(prefix);
        var has = iterator.Valid() && iterator.GetKeySpan().StartsWith(prefix);
        Database.ThrowIfFailed(iterator);
        return has;
    }

    private void DropPlaces(WriteBatch batch, UserId user, ListPlace place)
    {
        SetPlace(batch, user, ListShelf.All, place, isThere: false);
        SetPlace(batch, user, ListShelf.Requests, place, isThere: false);
        SetPlace(batch, user, ListShelf.Hidden, place, isThere: false);
    }

    private void SetPlace(WriteBatch batch, UserId user, ListShelf shelf, ListPlace place, bool isThere)
    {
        Span<byte> key = stackalloc byte[ListRows.PlaceLength];
        ListRows.Place(key, user, shelf, place);
        if (isThere)
        {
            batch.Put(key, [], database.Places);
        }
        else
        {
            batch.Delete(key, database.Places);
        }
    }
}
