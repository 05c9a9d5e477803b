using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The open database and its tables. Any thread reads inside <see cref="Enter"/>; only the committer writes.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly RocksDbSharp.RocksDb _db;
    private readonly WriteOptions _synced = new WriteOptions().SetSync(true);
    private readonly object[] _keptForTheNativeSide;
    private string? _passing;
    private int _readers;
    private volatile bool _closing;

    private Database(RocksDbSharp.RocksDb db, object[] kept)
    {
        _db = db;
        _keptForTheNativeSide = kept;
        Heads = db.GetColumnFamily("heads");
        Conversations = db.GetColumnFamily("conversations");
        Members = db.GetColumnFamily("members");
        Entries = db.GetColumnFamily("entries");
        Dedupe = db.GetColumnFamily("dedupe");
        Accounts = db.GetColumnFamily("accounts");
        Usernames = db.GetColumnFamily("usernames");
        Devices = db.GetColumnFamily("devices");
        Index = db.GetColumnFamily("index");
        Externals = db.GetColumnFamily("externals");
        Gone = db.GetColumnFamily("gone");
        Relations = db.GetColumnFamily("relations");
        HasAuthors = db.TryGetColumnFamily("authors", out var authors);
        Authors = authors;
        Places = Table("places");
        Moved = Table("moved");
        Invites = Table("invites");
        Sent = Table("sent");
        Slots = Table("slots");
        Dues = Table("dues");
        DataKeys = db.GetColumnFamily("keys");
        Meta = db.GetColumnFamily("meta");

        // A copy that an older program made has no such table, and a copy is opened without changing it: the default
        // table, which is always empty, stands for it.
        ColumnFamilyHandle Table(string name) =>
            db.TryGetColumnFamily(name, out var table) ? table : db.GetDefaultColumnFamily();
    }

    /// <summary>conversation → <see cref="HeadRow"/>.</summary>
    public ColumnFamilyHandle Heads { get; }

    /// <summary>conversation → sealed <see cref="ConversationRow"/>.</summary>
    public ColumnFamilyHandle Conversations { get; }

    /// <summary>conversation, block → sealed <see cref="MemberBlock"/>.</summary>
    public ColumnFamilyHandle Members { get; }

    /// <summary>conversation, seq → sealed <see cref="EntryRow"/>.</summary>
    public ColumnFamilyHandle Entries { get; }

    /// <summary>conversation, sender, cid → <see cref="DedupeRow"/>.</summary>
    public ColumnFamilyHandle Dedupe { get; }

    /// <summary>
    /// conversation, author, seq → <see cref="AuthorRow"/>. Not in a database of an earlier format that is read only.
    /// </summary>
    public ColumnFamilyHandle Authors { get; }

    /// <summary>False in a database of an earlier format that nobody has opened for writing yet.</summary>
    public bool HasAuthors { get; }

    /// <summary>user → sealed <see cref="AccountRow"/>.</summary>
    public ColumnFamilyHandle Accounts { get; }

    /// <summary>keyed hash of a username → <see cref="UsernameRow"/>.</summary>
    public ColumnFamilyHandle Usernames { get; }

    /// <summary>user, device → sealed <see cref="DeviceRow"/>.</summary>
    public ColumnFamilyHandle Devices { get; }

    /// <summary>user, conversation → sealed <see cref="IndexValue"/>.</summary>
    public ColumnFamilyHandle Index { get; }

    /// <summary>keyed hash of an outside identity → <see cref="ExternalRow"/>.</summary>
    public ColumnFamilyHandle Externals { get; }

    /// <summary>user → <see cref="GoneRow"/>.</summary>
    public ColumnFamilyHandle Gone { get; }

    /// <summary>user, other user → sealed <see cref="RelationRow"/>; user, 0 → sealed <see cref="TallyRow"/>.</summary>
    public ColumnFamilyHandle Relations { get; }

    /// <summary>user, shelf, place → nothing; user, 0xFF → the number of the user's index rows.</summary>
    public ColumnFamilyHandle Places { get; }

    /// <summary>conversation → nothing: it moved, and is to be placed anew in the lists of its members.</summary>
    public ColumnFamilyHandle Moved { get; }

    /// <summary>user, conversation → an <see cref="Contracts.Storage.InviteRow"/> that waits for them.</summary>
    public ColumnFamilyHandle Invites { get; }

    /// <summary>inviter, conversation, user → when they were invited.</summary>
    public ColumnFamilyHandle Sent { get; }

    /// <summary>conversation, user → the member's block, beyond the first one; conversation, 0: all are here.</summary>
    public ColumnFamilyHandle Slots { get; }

    /// <summary>kind, time, conversation → nothing: a <see cref="Rules.DueRow"/>.</summary>
    public ColumnFamilyHandle Dues { get; }

    /// <summary>owner, table → the owner's data key, wrapped by its bucket key.</summary>
    public ColumnFamilyHandle DataKeys { get; }

    /// <summary>Bucket keys, wrapped by the master key; check values of the other keys.</summary>
    public ColumnFamilyHandle Meta { get; }

    /// <summary>The number of the newest write; each row raises it by one.</summary>
    public long Sequence => (long)_db.GetLatestSequenceNumber();

    /// <summary>Errors of flushes and compactions since the start. After the first, RocksDB refuses writes.</summary>
    public long BackgroundErrors =>
        long.TryParse(_db.GetProperty("rocksdb.background-errors"), out var errors) ? errors : 0;

    /// <exception cref="StoreOpenException">It is open in another process, or damaged.</exception>
    public static Database Open(string folder, RocksDbStoreOptions options)
    {
        try
        {
            var kept = new List<object>();
            var dbOptions = DatabaseOptions.ForDatabase(options);
            var families = DatabaseOptions.ForTables(options, kept);
            return new(RocksDbSharp.RocksDb.Open(dbOptions, folder, families), [dbOptions, families, .. kept]);
        }
        catch (RocksDbException e) when (e.Message.Contains("lock", StringComparison.OrdinalIgnoreCase))
        {
            throw new StoreOpenException($"{folder} is in use by another process. Only one may open it.", e);
        }
        catch (RocksDbException e)
        {
            throw new StoreOpenException(
                $"{folder} cannot be opened and may be damaged: {e.Message.TrimEnd('.')}. "
                    + "Restore the missing files or a backup; nothing was changed.",
                e
            );
        }
    }

    /// <summary>
    /// Opens a database that nobody writes to, without changing it; RocksDB's own log goes to a separate folder.
    /// </summary>
    /// <param name="folder">The database.</param>
    /// <param name="options">The settings.</param>
    /// <param name="logFolder">For that log; deleted on dispose. By default a temporary folder.</param>
    /// <exception cref="StoreOpenException">It is damaged.</exception>
    public static Database OpenReadOnly(string folder, RocksDbStoreOptions options, string? logFolder = null)
    {
        var log = logFolder is null
            ? Directory.CreateTempSubdirectory("connect-log-").FullName
            : Directory.CreateDirectory(logFolder).FullName;
        try
        {
            var kept = new List<object>();
            var dbOptions = DatabaseOptions.ForDatabase(options).SetCreateIfMissing(false).SetDbLogDir(log);
            // A table that an earlier version did not have cannot be opened where nothing may be created.
            RocksDbSharp.RocksDb.TryListColumnFamilies(dbOptions, folder, out var present);
            var families = DatabaseOptions.ForTables(options, kept, present);
            var opened = RocksDbSharp.RocksDb.OpenReadOnly(dbOptions, folder, families, errIfLogFileExists: false);
            return new(opened, [dbOptions, families, .. kept]) { _passing = log };
        }
        catch (RocksDbException e)
        {
            Directory.Delete(log, recursive: true);
            throw new StoreOpenException($"{folder} cannot be opened and may be damaged: {e.Message}", e);
        }
    }

    /// <summary>Creates a folder with hard links to the current state, after a flush of what is in memory.</summary>
    public void Checkpoint(string folder)
    {
        using var scope = Enter();
        using var checkpoint = _db.Checkpoint();
        checkpoint.Save(folder);
    }

    /// <summary>Holds the database open for a read on the caller's thread.</summary>
    /// <exception cref="ObjectDisposedException">The store is closing.</exception>
    public ReadScope Enter()
    {
        Interlocked.Increment(ref _readers);
        if (_closing)
        {
            Interlocked.Decrement(ref _readers);
            ObjectDisposedException.ThrowIf(true, this);
        }

        return new(this);
    }

    public byte[]? Get(ColumnFamilyHandle table, ReadOnlySpan<byte> key) => _db.Get(key, table);

    /// <summary>Reads a row of known length; false when there is none.</summary>
    public bool TryGet(ColumnFamilyHandle table, ReadOnlySpan<byte> key, Span<byte> row) =>
        _db.GetFixedSizeValue(key, row, table);

    /// <summary>Reads many rows in one call, in the order of the keys; null where there is none.</summary>
    public IEnumerable<byte[]?> GetMany(ColumnFamilyHandle table, byte[][] keys)
    {
        var tables = new ColumnFamilyHandle[keys.Length];
        Array.Fill(tables, table);
        return keys.Length == 0 ? [] : _db.MultiGet(keys, tables).Select(pair => pair.Value);
    }

    public bool Has(ColumnFamilyHandle table, ReadOnlySpan<byte> key) => _db.HasKey(key, table);

    public Iterator Iterate(ColumnFamilyHandle table) => _db.NewIterator(table);

    /// <summary>All rows of a table whose keys start with an owner's id.</summary>
    public List<(byte[] Key, byte[] Value)> ReadOwner(ColumnFamilyHandle table, UInt128 owner)
    {
        Span<byte> prefix = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(prefix, owner);
        var rows = new List<(byte[], byte[])>();
        using var iterator = Iterate(table);
        for (iterator.Seek(prefix); iterator.Valid() && iterator.GetKeySpan().StartsWith(prefix); iterator.Next())
        {
            rows.Add((iterator.Key(), iterator.Value()));
        }

        ThrowIfFailed(iterator);
        return rows;
    }

    /// <summary>Throws when an iterator ended because of an error rather than at the end.</summary>
    public static void ThrowIfFailed(Iterator iterator) => Native.Instance.rocksdb_iter_get_error(iterator.Handle);

    /// <summary>Durable on return. After an exception it is unknown what is on disk.</summary>
    public void Write(WriteBatch batch) => _db.Write(batch, _synced);

    public void Dispose()
    {
        _closing = true;
        SpinWait.SpinUntil(() => Volatile.Read(ref _readers) == 0);
        _db.Dispose();
        GC.KeepAlive(_keptForTheNativeSide);
        if (_passing is not null)
        {
            Directory.Delete(_passing, recursive: true);
        }
    }

    internal readonly ref struct ReadScope(Database database)
    {
        public void Dispose() => Interlocked.Decrement(ref database._readers);
    }
}
