using Connect.Contracts.Accounts;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Files;
using Connect.Storage.Reading;
using Connect.Storage.RocksDb.Backups;
using Microsoft.Extensions.Logging;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The embedded store, open: RocksDB in <c>&lt;data&gt;/db</c>, its <see cref="Witness"/> in
/// <c>&lt;data&gt;/witness</c>, the keys elsewhere (D4, D10).
/// </summary>
public sealed class RocksDbStore : IStoreHealth, IStoreIncarnation, IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan UpkeepPeriod = TimeSpan.FromSeconds(1);

    private readonly RocksDbStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Database _database;
    private readonly Witness _witness;
    private readonly StoreKeys _keys;
    private readonly FreeSpace _space;
    private readonly Committer _committer;
    private readonly DedupeSweep _sweep;
    private readonly HistorySweep _history;
    private readonly ITimer _timer;
    private readonly Lock _upkeep = new();
    private Task _deleting = Task.CompletedTask;
    private bool _closed;

    private RocksDbStore(
        RocksDbStoreOptions options,
        Database database,
        Witness witness,
        StoreKeys keys,
        TimeProvider time,
        ILogger logger,
        Action<string> onFatal
    )
    {
        _options = options;
        _time = time;
        _logger = logger;
        _database = database;
        _witness = witness;
        _keys = keys;
        Incarnation = StoreIncarnation.Read(database)!;
        _space = new(options.DataFolder, options, logger);
        _committer = new(
            options,
            database.Write,
            () => witness.Write(database.Sequence),
            _space.Check,
            onFatal,
            logger
        );
        var conversations = new RocksDbConversations(
            database,
            new(database, keys, options.CachedHeads),
            _committer,
            time,
            options.CachedMembers
        );
        Conversations = conversations;
        var reads = new ConversationReads(conversations);
        Reader = reads;
        var index = new RocksDbIndex(database, keys, _committer, reads);
        Index = index;
        IndexRows = index;
        var users = new RocksDbUsers(new(database, keys), _committer);
        Users = users;
        Deletions = users;
        Relations = new RocksDbRelations(database, keys, _committer);
        _sweep = new(database, _committer, logger);
        _history = new(conversations);
        _timer = time.CreateTimer(_ => Upkeep(), null, UpkeepPeriod, Timeout.InfiniteTimeSpan);
    }

    public IConversationStore Conversations { get; }

    public IConversationReader Reader { get; }

    public IConversationIndex Index { get; }

    public IIndexRows IndexRows { get; }

    public IUserStore Users { get; }

    public IDeletionStore Deletions { get; }

    public IRelationStore Relations { get; }

    public IDirectConversationIds DirectIds => _keys.File.DirectIds;

    public ITokenSigningKey SigningKey => _keys.File.SigningKey;

    /// <inheritdoc/>
    public string? Refusal => _committer.Refusal ?? _space.Refusal;

    /// <inheritdoc/>
    public string Incarnation { get; }

    /// <summary>The rows below, for tests.</summary>
    internal Database Database => _database;

    /// <summary>Opens or makes a store.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Says little.</param>
    /// <param name="onFatal">
    /// Called when a write failed and none will be made any more: must end the process. Default: ends it at once.
    /// </param>
    /// <exception cref="StoreOpenException">In use, damaged, behind its witness, or without its keys.</exception>
    public static RocksDbStore Open(
        RocksDbStoreOptions options,
        TimeProvider time,
        ILogger logger,
        Action<string>? onFatal = null
    )
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataFolder));
        options = options with { DataFolder = folder };
        var keyPath = KeyFile.Locate(folder, options.KeyFile, options.IsMountPoint);
        CreateFolders(folder);
        Database? database = null;
        Witness? witness = null;
        try
        {
            StoreLook.Refuse(folder, options, needsWitness: true, keyPath);
            database = Database.Open(DatabaseOf(folder), options);
            var isNew = database.Sequence == 0;
            witness = Witness.Open(WitnessOf(folder), database.Sequence);
            StoreCheckpoint.DeleteLeftovers(folder);
            var keys = StoreKeys.Open(database, keyPath, options.CachedKeys);
            StoreIncarnation.Ensure(database);
            witness.Write(database.Sequence);
            NoteFiles(witness, folder);
            if (isNew)
            {
                StorageLog.KeysMade(logger, keyPath);
            }

            StorageLog.Opened(logger, folder, keyPath, database.Sequence);
            return new(options, database, witness, keys, time, logger, onFatal ?? Environment.FailFast);
        }
        catch
        {
            witness?.Dispose();
            database?.Dispose();
            throw;
        }
    }

    /// <summary>What the store is at this moment, to be copied while it runs.</summary>
    /// <exception cref="BackupException">It cannot be made now.</exception>
    public StoreCheckpoint CreateCheckpoint() =>
        Refusal is { } reason
            ? throw new BackupException($"The store takes no writes now: {reason}")
            : StoreCheckpoint.Create(_database, _options.DataFolder);

    /// <summary>
    /// Makes a new version of the master key and re-wraps the bucket keys with it, while the service runs. The earlier
    /// versions stay in the key file, since backups need them. Safe to repeat when interrupted.
    /// </summary>
    public async Task RotateMasterKeyAsync()
    {
        _keys.File.AddVersion();
        var write = new FunctionWrite<bool>(batch =>
        {
            _keys.Rewrap(batch);
            return true;
        })
        {
            Owner = 0,
        };
        _committer.Enqueue(write);
        await write.Outcome;
        StorageLog.MasterKeyRotated(_logger, _keys.File.CurrentVersion);
    }

    /// <summary>Commits what waits, refuses what comes later, and closes.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_upkeep)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        _committer.Stop();
        _witness.Dispose();
        _database.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Where the database of a data folder is.</summary>
    internal static string DatabaseOf(string dataFolder) => Path.Combine(dataFolder, "db");

    /// <summary>Where the witness of a data folder is.</summary>
    internal static string WitnessOf(string dataFolder) => Path.Combine(dataFolder, "witness");

    private static void CreateFolders(string folder)
    {
        StoreFolders.RefuseHalfRestored(folder);
        try
        {
            DurableFiles.CreateFolder(folder);
            DurableFiles.CreateFolder(DatabaseOf(folder));
            DurableFiles.SyncFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"The data folder {folder} cannot be made or read: {e.Message}", e);
        }
    }

    /// <summary>Off the committer's thread, a second after the last one was done: a slow disk piles up none.</summary>
    private void Upkeep()
    {
        lock (_upkeep)
        {
            if (_closed || _committer.Refusal is not null)
            {
                return;
            }

            KeepUp();
            _timer.Change(UpkeepPeriod, Timeout.InfiniteTimeSpan);
        }
    }

    private void KeepUp()
    {
        try
        {
            if (_database.BackgroundErrors > 0)
            {
                _committer.Fail("RocksDB reports an error of a flush or a compaction.");
                return;
            }

            SyncWitness();
            if (_space.Check() is null)
            {
                var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
                _sweep.Step(_options.SweptRowsPerSecond, now);
                if (_options.HistoryRetention > TimeSpan.Zero && _deleting.IsCompleted)
                {
                    // Not awaited: its writes wait for the committer, and the next step for them.
                    _deleting = DeleteHistoryAsync(now);
                }
            }
        }
        catch (Exception e)
        {
            StorageLog.UpkeepFailed(_logger, e);
        }
    }

    private static void NoteFiles(Witness witness, string folder)
    {
        if (FileList.Read(DatabaseOf(folder)) is { } list && list != witness.List)
        {
            list.Sync(DatabaseOf(folder));
            witness.Write(list);
        }
    }

    private async Task DeleteHistoryAsync(long now)
    {
        try
        {
            var (count, retention) = (_options.SweptConversationsPerSecond, _options.HistoryRetention);
            var raised = await _history.StepAsync(count, retention, now);
            if (raised > 0)
            {
                StorageLog.HistoryDeleted(_logger, raised);
            }
        }
        catch (Exception e)
        {
            if (!_closed)
            {
                StorageLog.UpkeepFailed(_logger, e);
            }
        }
    }

    private void SyncWitness()
    {
        try
        {
            NoteFiles(_witness, _options.DataFolder);
            _witness.Sync();
        }
        catch (IOException e)
        {
            _committer.Fail($"The witness file cannot be synced: {e.Message}");
        }
    }
}
