using Connect.Storage.Files;

namespace Connect.Storage.RocksDb.Backups;

/// <summary>
/// Makes backups, and tells whole ones from others. A backup holds what the data folder holds and never the keys:
/// whoever has it alone reads nothing, and without the key file it is worth nothing.
/// </summary>
public static class StoreBackup
{
    private const long MinBytesPerSecond = 1 << 20;

    /// <summary>Whether a folder is meant to be a backup.</summary>
    public static bool IsIn(string folder) => BackupManifest.IsIn(folder);

    /// <summary>A checkpoint of a store that no process has open.</summary>
    /// <exception cref="StoreOpenException">It is in use, damaged, or behind its witness.</exception>
    public static StoreCheckpoint CheckpointClosed(RocksDbStoreOptions options)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataFolder));
        if (!Directory.Exists(RocksDbStore.DatabaseOf(folder)))
        {
            throw new StoreOpenException($"There is no store in {folder}.");
        }

        StoreFolders.RefuseHalfRestored(folder);
        StoreLook.Refuse(folder, options, needsWitness: true);
        using var database = Database.Open(RocksDbStore.DatabaseOf(folder), options);
        Witness.Compare(RocksDbStore.WitnessOf(folder), database.Sequence);
        return StoreCheckpoint.Create(database, folder);
    }

    /// <summary>Copies a checkpoint into a folder, with checksums, and makes it whole at the end.</summary>
    /// <param name="checkpoint">The folder of the checkpoint.</param>
    /// <param name="destination">An empty folder, or none yet.</param>
    /// <param name="bytesPerSecond">How fast at most; at least 1 MiB.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives it up; what was copied is deleted.</param>
    /// <exception cref="BackupException">It cannot be made.</exception>
    public static async Task<BackupSummary> WriteAsync(
        string checkpoint,
        string destination,
        long bytesPerSecond,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        destination = Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination));
        StoreFolders.RequireEmpty(destination, "The destination");
        var target = BackupManifest.DatabaseOf(destination);
        try
        {
            StoreFolders.RequireSpace(checkpoint, destination);
            DurableFiles.CreateFolder(destination);
            DurableFiles.CreateFolder(target);
            var pace = new CopyPace(Math.Max(bytesPerSecond, MinBytesPerSecond), time);
            var files = new List<BackupFile>();
            foreach (var source in StoreFolders.FilesOf(checkpoint))
            {
                var copy = Path.Combine(target, Path.GetFileName(source));
                files.Add(await BackupCopy.CopyAsync(source, copy, pace, cancellationToken));
            }

            DurableFiles.SyncFolder(target);
            return Finish(destination, files, time);
        }
        catch (Exception e)
        {
            if (Directory.Exists(target) && !IsIn(destination))
            {
                Directory.Delete(target, recursive: true);
            }

            throw e is IOException or UnauthorizedAccessException
                ? new BackupException($"The backup cannot be written to {destination}: {e.Message}", e)
                : e;
        }
    }

    /// <summary>Reads every file of a backup and compares it with the manifest.</summary>
    /// <exception cref="BackupException">It is not whole.</exception>
    public static async Task<BackupSummary> CheckFilesAsync(string backup, CancellationToken cancellationToken)
    {
        var manifest = BackupManifest.Read(backup);
        var folder = BackupManifest.DatabaseOf(backup);
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path))
            {
                throw new BackupException($"{file.Name} of the backup is missing. Use another backup.");
            }

            BackupCopy.Compare(file, await BackupCopy.ReadAsync(path, cancellationToken));
        }

        return BackupSummary.Of(manifest);
    }

    /// <summary>Opens the copy, which proves that it can be, and asks it what it is.</summary>
    private static BackupSummary Finish(string destination, List<BackupFile> files, TimeProvider time)
    {
        var options = new RocksDbStoreOptions { DataFolder = destination };
        using var database = Database.OpenReadOnly(BackupManifest.DatabaseOf(destination), options);
        var manifest = new BackupManifest(
            BackupManifest.KnownFormat,
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            StoreIncarnation.Read(database) ?? "",
            database.Sequence,
            files
        );
        manifest.Write(destination);
        return BackupSummary.Of(manifest);
    }
}
