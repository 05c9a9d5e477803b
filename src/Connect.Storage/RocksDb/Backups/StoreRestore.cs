using Connect.Storage.Encryption;
using Connect.Storage.Files;
using Connect.Storage.RocksDb.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb.Backups;

/// <summary>
/// Makes a store of a backup. What was acknowledged after the backup is lost and its numbers are given out again, so
/// the restored store is a new life of it: every epoch is raised past those of writers that knew more, the witness is
/// written anew, and clients are told by the new <see cref="StoreIncarnation"/> to forget what they hold.
/// </summary>
public static class StoreRestore
{
    /// <summary>No writer of the lost time can have come this far above an epoch of the backup.</summary>
    internal const long EpochLeap = 1L << 20;

    private const int RowsPerWrite = 1_000;

    /// <summary>Restores a backup into an empty data folder.</summary>
    /// <param name="backup">The folder of the backup.</param>
    /// <param name="options">Where to, and the key file, which must be there.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="BackupException">The backup is not whole or the folder not empty.</exception>
    /// <exception cref="StoreOpenException">The keys are not those of the backup.</exception>
    public static async Task<RestoreSummary> RunAsync(
        string backup,
        RocksDbStoreOptions options,
        CancellationToken cancellationToken
    )
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataFolder));
        options = options with { DataFolder = folder };
        var manifest = BackupManifest.Read(backup);
        var keyPath = KeyFile.Locate(folder, options.KeyFile, options.IsMountPoint);
        StoreFolders.RequireEmpty(folder, "The data folder");
        CheckKeys(backup, options, keyPath);

        var restoring = StoreFolders.RestoringOf(folder);
        try
        {
            StoreFolders.RequireSpace(BackupManifest.DatabaseOf(backup), folder);
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
        var restoring = StoreFolders.RestoringOf(folder);
        long conversations;
        using (var database = Database.Open(restoring, options))
        {
            if (database.Sequence != manifest.LastWrite)
            {
                throw new BackupException(
                    $"The backup ends at write {database.Sequence}, and its manifest says {manifest.LastWrite}. "
                        + "Use another backup."
                );
            }

            conversations = RaiseEpochs(database);
            using (var batch = new WriteBatch())
            {
                StoreIncarnation.PutNew(batch, database);
                database.Write(batch);
            }

            Witness.Renew(RocksDbStore.WitnessOf(folder), database.Sequence).Dispose();
        }

        Directory.Move(restoring, RocksDbStore.DatabaseOf(folder));
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

    /// <summary>The folder was empty before, so it is again.</summary>
    private static void Undo(string folder)
    {
        File.Delete(RocksDbStore.WitnessOf(folder));
        if (Directory.Exists(StoreFolders.RestoringOf(folder)))
        {
            Directory.Delete(StoreFolders.RestoringOf(folder), recursive: true);
        }
    }
}
