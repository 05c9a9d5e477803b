using System.Security.Cryptography;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The keys of an open database: checks the key file against it, and finds the data keys of owners in its rows.
/// </summary>
internal sealed class StoreKeys
{
    private readonly Database _database;
    private readonly KeyFile _file;
    private readonly KeyRing _ring;
    private readonly KeyCache _cache;

    private StoreKeys(Database database, KeyFile file, KeyRing ring, int cachedKeys)
    {
        _database = database;
        _file = file;
        _ring = ring;
        _cache = new(ring, cachedKeys);
    }

    public KeyFile File => _file;

    /// <summary>
    /// Opens the key file. For an empty store it is created if need be, and its check values are the first rows.
    /// </summary>
    /// <exception cref="StoreOpenException">
    /// The format is unknown, or the keys are missing or another store's.
    /// </exception>
    public static StoreKeys Open(Database database, string path, int cachedKeys)
    {
        StoreFormat.Require(database);
        var isEmpty = database.Sequence == 0;
        var file = KeyFile.Open(path, isEmpty);
        if (!isEmpty)
        {
            return new(database, file, Verify(database, file), cachedKeys);
        }

        var ring = KeyRing.Generate();
        using var batch = new WriteBatch();
        StoreFormat.Put(batch, database);
        StoreIncarnation.PutNew(batch, database);
        foreach (var (name, value) in file.CheckValues())
        {
            batch.Put(RowKeys.Check(name), value, database.Meta);
        }

        PutBuckets(batch, database, file, ring);
        database.Write(batch);
        return new(database, file, ring, cachedKeys);
    }

    /// <summary>Opens the keys of a store that has some; creates and writes nothing.</summary>
    /// <exception cref="StoreOpenException">
    /// The format is unknown, or the keys are missing or another store's.
    /// </exception>
    public static StoreKeys OpenExisting(Database database, string path, int cachedKeys)
    {
        StoreFormat.Require(database);
        if (!StoreFormat.IsIn(database))
        {
            throw new StoreOpenException("The store has no check values of its keys: it is empty or damaged.");
        }

        var file = KeyFile.Open(path, storeIsEmpty: false);
        return new(database, file, Verify(database, file), cachedKeys);
    }

    /// <summary>The data key of an owner; null when it has none.</summary>
    /// <param name="table"><see cref="RowTable.ConversationKey"/> or <see cref="RowTable.UserKey"/>.</param>
    /// <param name="owner">The conversation or user.</param>
    public DataKey? Find(RowTable table, UInt128 owner)
    {
        if (_cache.Find(table, owner) is { } cached)
        {
            return cached;
        }

        Span<byte> key = stackalloc byte[RowKeys.DataKeyLength];
        RowKeys.DataKey(key, table, owner);
        return _database.Get(_database.DataKeys, key) is { } wrapped ? _cache.Add(table, owner, wrapped) : null;
    }

    /// <summary>A key from its row.</summary>
    /// <exception cref="CryptographicException">The row was changed or moved.</exception>
    public DataKey Unwrap(RowTable table, UInt128 owner, ReadOnlySpan<byte> wrapped) =>
        _cache.Unwrap(table, owner, wrapped);

    /// <summary>Adds the row of a new key to a batch.</summary>
    public void Put(WriteBatch batch, RowTable table, UInt128 owner, DataKey dataKey)
    {
        Span<byte> key = stackalloc byte[RowKeys.DataKeyLength];
        RowKeys.DataKey(key, table, owner);
        batch.Put(key, _cache.Wrap(table, owner, dataKey), _database.DataKeys);
    }

    /// <summary>Adds the deletion of a key to a batch. A reader may still remember the key for a while.</summary>
    public void Delete(WriteBatch batch, RowTable table, UInt128 owner)
    {
        Span<byte> key = stackalloc byte[RowKeys.DataKeyLength];
        RowKeys.DataKey(key, table, owner);
        batch.Delete(key, _database.DataKeys);
    }

    /// <summary>The user's key; a new one, whose row goes into the batch, when there is none.</summary>
    public DataKey FindOrAddUserKey(WriteBatch batch, UInt128 user)
    {
        if (Find(RowTable.UserKey, user) is { } found)
        {
            return found;
        }

        var added = DataKey.Generate();
        Put(batch, RowTable.UserKey, user, added);
        return added;
    }

    /// <summary>Whether the database, as opposed to the cache, has a key of the user.</summary>
    public bool HasUserKey(UInt128 user)
    {
        Span<byte> key = stackalloc byte[RowKeys.DataKeyLength];
        RowKeys.DataKey(key, RowTable.UserKey, user);
        return _database.Has(_database.DataKeys, key);
    }

    /// <summary>Adds the deletion of a user's key to a batch, and forgets the key.</summary>
    public void DestroyUserKey(WriteBatch batch, UInt128 user)
    {
        Delete(batch, RowTable.UserKey, user);
        ForgetUserKey(user);
    }

    /// <summary>Forgets the key of a user after its destruction.</summary>
    public void ForgetUserKey(UInt128 user) => _cache.Forget(RowTable.UserKey, user);

    /// <summary>Adds every bucket key, wrapped by the current master key, to a batch.</summary>
    public void Rewrap(WriteBatch batch) => PutBuckets(batch, _database, _file, _ring);

    private static void PutBuckets(WriteBatch batch, Database database, KeyFile file, KeyRing ring)
    {
        for (var bucket = 0; bucket < KeyRing.Buckets; bucket++)
        {
            batch.Put(RowKeys.Bucket(bucket), ring.Wrap(file, bucket), database.Meta);
        }
    }

    private static KeyRing Verify(Database database, KeyFile file)
    {
        try
        {
            return KeyRing.Open(
                file,
                name => database.Get(database.Meta, RowKeys.Check(name)),
                bucket => database.Get(database.Meta, RowKeys.Bucket(bucket))
            );
        }
        catch (RocksDbException e)
        {
            throw new StoreOpenException(
                $"The store's own keys cannot be read: {e.Message} It is damaged: restore a backup.",
                e
            );
        }
    }
}
