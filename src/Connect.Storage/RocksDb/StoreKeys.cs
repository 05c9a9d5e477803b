using System.Security.Cryptography;
using Connect.Storage.Encryption;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The keys of an open store: checks the key file against the store, and finds the data keys of owners.
/// </summary>
internal sealed class StoreKeys
{
    private static readonly byte[] FormatKey = "format"u8.ToArray();
    private static readonly byte[] Format = [1];

    private readonly Database _database;
    private readonly KeyFile _file;
    private readonly KeyRing _ring;
    private readonly BoundedKeyCache _conversations;
    private readonly BoundedKeyCache _users;

    private StoreKeys(Database database, KeyFile file, KeyRing ring, int cachedKeys)
    {
        _database = database;
        _file = file;
        _ring = ring;
        _conversations = new(cachedKeys);
        _users = new(cachedKeys);
    }

    public KeyFile File => _file;

    /// <summary>
    /// Opens the key file; for an empty store makes it if need be and writes its check values first of all.
    /// </summary>
    /// <exception cref="StoreOpenException">The keys are missing or another store's.</exception>
    public static StoreKeys Open(Database database, string path, int cachedKeys)
    {
        RequireFormat(database);
        var isEmpty = database.Sequence == 0;
        var file = KeyFile.Open(path, isEmpty);
        if (isEmpty)
        {
            var ring = KeyRing.Generate();
            using var batch = new WriteBatch();
            batch.Put(FormatKey, Format, database.Meta);
            StoreIncarnation.PutNew(batch, database);
            foreach (var (name, value) in file.CheckValues())
            {
                batch.Put(RowKeys.Check(name), value, database.Meta);
            }

            PutBuckets(batch, database, file, ring);
            database.Write(batch);
            return new(database, file, ring, cachedKeys);
        }

        return new(database, file, Verify(database, file), cachedKeys);
    }

    /// <summary>The first rows of a store are there when there is any.</summary>
    /// <exception cref="StoreOpenException">They are not.</exception>
    public static void RequireFormat(Database database)
    {
        if (database.Sequence > 0 && !database.Has(database.Meta, FormatKey))
        {
            throw new StoreOpenException(
                "The store has rows but not the check values of its keys: it is damaged. Restore the missing files or "
                    + "a backup."
            );
        }
    }

    /// <summary>Opens the keys of a store that has some; makes and writes nothing.</summary>
    /// <exception cref="StoreOpenException">The keys are missing or another store's.</exception>
    public static StoreKeys OpenExisting(Database database, string path, int cachedKeys)
    {
        if (!database.Has(database.Meta, FormatKey))
        {
            throw new StoreOpenException("The store has no check values of its keys: it is empty or damaged.");
        }

        var file = KeyFile.Open(path, storeIsEmpty: false);
        return new(database, file, Verify(database, file), cachedKeys);
    }

    /// <summary>The data key of an owner; null when it has none.</summary>
    /// <param name="table"><see cref="RowTable.ConversationKey"/> or <see cref="RowTable.UserKey"/>.</param>
    /// <param name="owner">Whose.</param>
    public DataKey? Find(RowTable table, UInt128 owner)
    {
        var cache = table == RowTable.ConversationKey ? _conversations : _users;
        if (cache.Find(owner) is { } cached)
        {
            return cached;
        }

        Span<byte> key = stackalloc byte[RowKeys.DataKeyLength];
        RowKeys.DataKey(key, table, owner);
        if (_database.Get(_database.DataKeys, key) is not { } wrapped)
        {
            return null;
        }

        var found = _ring.UnwrapDataKey(table, owner, wrapped);
        cache.Add(owner, found);
        return found;
    }

    /// <summary>A key from its row.</summary>
    /// <exception cref="CryptographicException">The row was changed or moved.</exception>
    public DataKey Unwrap(RowTable table, UInt128 owner, ReadOnlySpan<byte> wrapped) =>
        _ring.UnwrapDataKey(table, owner, wrapped);

    /// <summary>
    /// Adds the row of a new key to a batch. It is not cached: if the batch fails the key never was.
    /// </summary>
    public void Put(WriteBatch batch, RowTable table, UInt128 owner, DataKey dataKey)
    {
        Span<byte> key = stackalloc byte[RowKeys.DataKeyLength];
        RowKeys.DataKey(key, table, owner);
        batch.Put(key, _ring.WrapDataKey(table, owner, dataKey), _database.DataKeys);
    }

    /// <summary>Adds the end of a key to a batch. What a reader keeps in memory of it goes with time.</summary>
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

    /// <summary>Whether the user has a key, asked of the database and not of what is remembered.</summary>
    public bool HasUserKey(UInt128 user)
    {
        Span<byte> key = stackalloc byte[RowKeys.DataKeyLength];
        RowKeys.DataKey(key, RowTable.UserKey, user);
        return _database.Has(_database.DataKeys, key);
    }

    /// <summary>Adds the end of a user's key to a batch, and forgets it.</summary>
    public void DestroyUserKey(WriteBatch batch, UInt128 user)
    {
        Span<byte> key = stackalloc byte[RowKeys.DataKeyLength];
        RowKeys.DataKey(key, RowTable.UserKey, user);
        batch.Delete(key, _database.DataKeys);
        _users.Remove(user);
    }

    /// <summary>Forgets what is remembered of a key that is no more.</summary>
    public void ForgetUserKey(UInt128 user) => _users.Remove(user);

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
            return Compare(database, file);
        }
        catch (RocksDbException e)
        {
            throw new StoreOpenException(
                $"The store's own keys cannot be read: {e.Message} It is damaged: restore a backup.",
                e
            );
        }
    }

    /// <summary>The bucket keys are their own check of the master key: none opens under another.</summary>
    private static KeyRing Compare(Database database, KeyFile file)
    {
        foreach (var (name, value) in file.CheckValues())
        {
            var stored = database.Get(database.Meta, RowKeys.Check(name));
            if (stored is null || !CryptographicOperations.FixedTimeEquals(stored, value))
            {
                throw file.Wrong(name);
            }
        }

        try
        {
            return KeyRing.Unwrap(
                file,
                bucket =>
                    database.Get(database.Meta, RowKeys.Bucket(bucket))
                    ?? throw new StoreOpenException($"The store has lost its bucket key {bucket}: it is damaged.")
            );
        }
        catch (CryptographicException e)
        {
            throw file.Wrong("master", e);
        }
    }
}
