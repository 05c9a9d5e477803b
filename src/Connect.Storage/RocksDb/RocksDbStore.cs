using Connect.Contracts.Accounts;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Files;
using Connect.Storage.Reading;
using Microsoft.Extensions.Logging;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The open embedded store (ADR 0003): RocksDB and its <see cref="CommitWatermark"/> in the data folder, the keys
/// elsewhere.
/// </summary>
public sealed class RocksDbStore : IStoreHealth, IStoreIncarnation, IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan UpkeepPeriod = TimeSpan.FromSeconds(1);

    private readonly RocksDbStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Database _database;
    private readonly CommitWatermark _watermark;
    private readonly StoreKeys _keys;
    private readonly FreeSpace _space;
    private readonly Committer _committer;
    private readonly DedupeSweep _sweep;
    private readonly HistorySweep _history;
    private readonly AuthorIndexing _authors;
    private readonly PassedOver _unreadAuthors;
    private readonly ITimer _timer;
    private readonly Lock _upkeep = new();
    private Task _deleting = Task.CompletedTask;
    private Task _indexing = Task.CompletedTask;
    private bool _closed;

    private RocksDbStore(
        RocksDbStoreOptions options,
        Database database,
        CommitWatermark watermark,
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
        _watermark = watermark;
        _keys = keys;
        Incarnation = StoreIncarnation.Read(database)!;
        _space = new(options.DataFolder, options, logger);
        _committer = new(
            options,
            database.Write,
            () => watermark.Write(database.Sequence),
            _space.Check,
            onFatal,
            logger
        );
        Tables = new(database, keys, options.CachedHeads);
        var conversations = new RocksDbConversations(database, Tables, _committer, time, options.CachedMembers);
        Conversations = conversations;
        _authors = conversations.Authors;
        _unreadAuthors = new("authors", time);
        var reads = new ConversationReads(conversations, time, options.UndeliveredTtl);
        Reader = reads;
        var lists = new ListTables(database, time);
        var migration = new ListMigration(database, keys, _committer, lists, Tables, time);
        var index = new RocksDbIndex(
            database,
            keys,
            _committer,
            reads,
            lists,
            migration,
            new("index_rows", time),
            logger
        );
        ListOrder = new RocksDbListOrder(database, keys, _committer, lists, Tables, new("list_order", time), logger);
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

    public IListOrder ListOrder { get; }

    public IUserStore Users { get; }

    public IDeletionStore Deletions { get; }

    public IRelationStore Relations { get; }

    public IDirectConversationIds DirectIds => _keys.File.DirectIds;

    public ITokenSigningKey SigningKey => _keys.File.SigningKey;

    /// <inheritdoc/>
    public string? Refusal => _committer.Refusal ?? _space.Refusal;

    /// <inheritdoc/>
    public string Incarnation { get; }

    /// <summary>The full path of the key file.</summary>
    public string KeyPath { get; private init; } = "";

    /// <summary>The tables underneath.</summary>
    internal Database Database => _database;

    /// <summary>The rows of conversations, with what reading them cost.</summary>
    internal ConversationTables Tables { get; }

    /// <summary>Opens a store, or creates one.</summary>
    /// <param name="options">Its folder, and limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For a line about the start, and about trouble.</param>
    /// <param name="onFatal">
    /// Called when a write has failed and none will follow: must end the process. By default it ends at once.
    /// </param>
    /// <exception cref="StoreOpenException">
    /// In use, damaged, of an unknown format, behind its watermark, or without its keys.
    /// </exception>
    public static RocksDbStore Open(
        RocksDbStoreOptions options,
        TimeProvider time,
        ILogger logger,
        Action<string>? onFatal = null
    )
    {
        var folder = DataFolder.Normalize(options.DataFolder);
        options = options with { DataFolder = folder };
        var keyPath = KeyFile.Locate(folder, options.KeyFile, options.IsMountPoint);
        CreateFolders(folder);
        Database? database = null;
        CommitWatermark? watermark = null;
        try
        {
            StoreLook.Refuse(folder, options, needsWatermark: true, keyPath);
            database = Database.Open(DataFolder.DatabaseOf(folder), options);
            var isNew = database.Sequence == 0;
            watermark = CommitWatermark.Open(DataFolder.WatermarkOf(folder), database.Sequence);
            StoreCheckpoint.DeleteLeftovers(folder);
            var hadKeys = File.Exists(keyPath);
            var keys = StoreKeys.Open(database, keyPath, options.CachedKeys);
            StoreIncarnation.Ensure(database);
            var upgrade = StoreFormat.Raise(database);
            if (isNew)
            {
                DueTables.Begin(database);
            }

            watermark.Write(database.Sequence);
            NoteFiles(watermark, folder);
            TellOfKeys(logger, folder, keyPath, isNew, hadKeys);
            if (upgrade is not null)
            {
                StorageLog.Upgraded(logger, upgrade.From, upgrade.To);
            }

            StorageLog.Opened(logger, folder, keyPath, database.Sequence);
            return new(options, database, watermark, keys, time, logger, onFatal ?? Environment.FailFast)
            {
                KeyPath = keyPath,
            };
        }
        catch
        {
            watermark?.Dispose();
            database?.Dispose();
            throw;
        }
    }

    private static void TellOfKeys(ILogger logger, string folder, string keyPath, bool isNew, bool hadKeys)
    {
        if (isNew && hadKeys)
        {
            StorageLog.KeysWithoutData(logger, folder, keyPath);
        }
        else if (isNew)
        {
            StorageLog.KeysMade(logger, keyPath);
        }

        const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(keyPath) is var mode && (mode & ~Owners) != 0)
        {
            StorageLog.KeysNotPrivate(logger, keyPath, Convert.ToString((int)mode, 8));
        }
    }

    /// <summary>The store at this moment, to be copied while it runs.</summary>
    /// <exception cref="BackupException">It cannot be made at the moment.</exception>
    public StoreCheckpoint CreateCheckpoint() =>
        Refusal is { } reason
            ? throw new BackupException($"The store accepts no writes: {reason}")
            : StoreCheckpoint.Create(_database, _options.DataFolder);

    /// <summary>
    /// Creates a new version of the master key and re-wraps the bucket keys with it, while the service runs. Earlier
    /// versions stay in the key file, since backups need them. Safe to repeat after an interruption.
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

    /// <summary>Commits what is queued, refuses what comes later, and closes.</summary>
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
        _watermark.Dispose();
        _database.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static void CreateFolders(string folder)
    {
        DataFolder.RefuseHalfRestored(folder);
        try
        {
            DurableFiles.CreateFolder(folder);
            DurableFiles.CreateFolder(DataFolder.DatabaseOf(folder));
            DurableFiles.SyncFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"The data folder {folder} cannot be created or read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Runs off the committer's thread, a second after the previous run ended, so a slow disk piles up none.
    /// </summary>
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

            SyncWatermark();
            if (_space.Check().Refusal is null)
            {
                var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
                _sweep.Step(_options.SweptRowsPerSecond, now);
                if (_options.HistoryRetention > TimeSpan.Zero && _deleting.IsCompleted)
                {
                    // Not awaited, since its writes wait for the committer; the next step waits for them.
                    _deleting = DeleteHistoryAsync(now);
                }

                if (_indexing.IsCompleted)
                {
                    _indexing = IndexAuthorsAsync();
                }
            }
        }
        catch (Exception e)
        {
            StorageLog.UpkeepFailed(_logger, e);
        }
    }

    private static void NoteFiles(CommitWatermark watermark, string folder)
    {
        if (FileList.Read(DataFolder.DatabaseOf(folder)) is { } list && list != watermark.List)
        {
            list.Sync(DataFolder.DatabaseOf(folder));
            watermark.Write(list);
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

    private async Task IndexAuthorsAsync()
    {
        try
        {
            await _authors.RunAsync(_options.IndexedEntriesPerSecond, _unreadAuthors, _time, _logger);
        }
        catch (Exception e)
        {
            if (!_closed)
            {
                StorageLog.UpkeepFailed(_logger, e);
            }
        }
    }

    private void SyncWatermark()
    {
        try
        {
            NoteFiles(_watermark, _options.DataFolder);
            _watermark.Sync();
        }
        catch (IOException e)
        {
            _committer.Fail($"The witness file cannot be synced: {e.Message}");
        }
    }
}
