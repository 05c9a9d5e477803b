using Connect.Storage.Encryption;
using Connect.Storage.Files;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb.Backups;

/// <summary>
/// Turns a backup into a store. What was acknowledged after the backup is lost and its seqs are assigned again, so the
/// restored store starts a new life: every epoch is raised above those of writers that knew more, the watermark is
/// recreated, and the new <see cref="StoreIncarnation"/> makes clients discard what they hold.
/// </summary>
public static class StoreRestore
{
    /// <summary>No writer after the backup can have raised an epoch by this much.</summary>
    internal const long EpochLeap = 1L << 20;

    private const int RowsPerWrite = 1_000;

    /// <summary>Restores a backup into an empty data folder.</summary>
    /// <param name="backup">The folder of the backup.</param>
    /// <param name="options">The data folder, and the key file, which must exist.</param>
    /// <param name="cancellationToken">Cancels the restore.</param>
    /// <exception cref="BackupException">The backup is incomplete or the folder is not empty.</exception>
    /// <exception cref="StoreOpenException">The format is unknown, or the keys are not those of the backup.</exception>
    public static async Task<RestoreSummary> RunAsync(
        string backup,
        RocksDbStoreOptions options,
        CancellationToken cancellationToken
    )
    {
        var folder = DataFolder.Normalize(options.DataFolder);
        options = options with { DataFolder = folder };
        var manifest = BackupManifest.Read(backup);
        var keyPath = KeyFile.Locate(folder, options.KeyFile, options.IsMountPoint);
        BackupFolders.RequireEmpty(folder, "The data folder");
        CheckKeys(backup, options, keyPath);

        var restoring = DataFolder.RestoringOf(folder);
        try
        {
            BackupFolders.RequireSpace(BackupManifest.DatabaseOf(backup), folder);
            DurableFiles.CreateFolder(folder);
            DurableFiles.CreateFolder(restoring);
            await CopyAsync(backup, manifest, restoring, cancellationToken);
            return BeginLife(folder, manifest, options, keyPath);
        }
        catch (Exception e)
        {
            Undo(folder);
            throw e is IOException or UnauthorizedAccessException
                ? new BackupException($"The backup cannot be restored to {folder}: {e.Message}", e)
                : e;
        }
    }

    private static void CheckKeys(string backup, RocksDbStoreOptions options, string keyPath)
    {
        using var database = Database.OpenReadOnly(BackupManifest.DatabaseOf(backup), options);
        StoreKeys.OpenExisting(database, keyPath, options.CachedKeys);
    }

    private static async Task CopyAsync(
        string backup,
        BackupManifest manifest,
        string restoring,
        CancellationToken cancellationToken
    )
    {
        foreach (var file in manifest.Files)
        {
            var source = Path.Combine(BackupManifest.DatabaseOf(backup), Path.GetFileName(file.Name));
            if (!File.Exists(source))
            {
                throw new BackupException($"{file.Name} of the backup is missing. Use another backup.");
            }

            var target = Path.Combine(restoring, Path.GetFileName(file.Name));
            BackupCopy.Compare(file, await BackupCopy.CopyAsync(source, target, null, cancellationToken));
        }

        DurableFiles.SyncFolder(restoring);
    }

    private static RestoreSummary BeginLife(
        string folder,
        BackupManifest manifest,
        RocksDbStoreOptions options,
        string keyPath
    )
    {
        var restoring = DataFolder.RestoringOf(folder);
        long conversations;
        using (var database = Database.Open(restoring, options))
        {
            if (database.Sequence != manifest.LastWrite)
            {
                throw new BackupException(
                    $"The backup ends at write {database.Sequence}, but its manifest says {manifest.LastWrite}. "
                        + "Use another backup."
                );
            }

            conversations = RaiseEpochs(database);
            using (var batch = new WriteBatch())
            {
                StoreIncarnation.PutNew(batch, database);
                database.Write(batch);
            }

            CommitWatermark.Renew(DataFolder.WatermarkOf(folder), database.Sequence).Dispose();
        }

        Directory.Move(restoring, DataFolder.DatabaseOf(folder));
        DurableFiles.SyncFolder(folder);
        return new(BackupSummary.Of(manifest), conversations, keyPath);
    }

    private static long RaiseEpochs(Database database)
    {
        var raised = 0L;
        using var batch = new WriteBatch();
        using var iterator = database.Iterate(database.Heads);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            var head = HeadRow.Read(iterator.GetValueSpan());
            var row = HeadRow.Write(head with { Epoch = head.Epoch + EpochLeap });
            batch.Put(iterator.Key(), row, database.Heads);
            raised++;
            if (batch.Count() == RowsPerWrite)
            {
                database.Write(batch);
                batch.Clear();
            }
        }

        Database.ThrowIfFailed(iterator);
        database.Write(batch);
        return raised;
    }

    /// <summary>The folder was empty before, so it is emptied again.</summary>
    private static void Undo(string folder)
    {
        File.Delete(DataFolder.WatermarkOf(folder));
        if (Directory.Exists(DataFolder.RestoringOf(folder)))
        {
            Directory.Delete(DataFolder.RestoringOf(folder), recursive: true);
        }
    }
}

/// <summary>What a restore did.</summary>
/// <param name="Backup">The backup it was made from.</param>
/// <param name="Conversations">Conversations whose epoch was raised.</param>
/// <param name="KeyFile">The key file that opens it.</param>
public sealed record RestoreSummary(BackupSummary Backup, long Conversations, string KeyFile);
