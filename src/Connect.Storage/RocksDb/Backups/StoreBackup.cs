using Connect.Storage.Files;

namespace Connect.Storage.RocksDb.Backups;

/// <summary>
/// Makes backups, and recognises complete ones. A backup contains what the data folder contains, and never the keys: on
/// its own it is unreadable, and without the key file it is worthless.
/// </summary>
public static class StoreBackup
{
    private const long MinBytesPerSecond = 1 << 20;

    /// <summary>Whether a folder claims to be a backup.</summary>
    public static bool IsIn(string folder) => BackupManifest.IsIn(folder);

    /// <summary>A checkpoint of a store that no process has open; it upgrades one of an earlier format.</summary>
    /// <exception cref="StoreOpenException">It is in use, damaged, or behind its watermark.</exception>
    public static StoreCheckpoint CheckpointClosed(RocksDbStoreOptions options)
    {
        var folder = DataFolder.Normalize(options.DataFolder);
        if (!Directory.Exists(DataFolder.DatabaseOf(folder)))
        {
            throw new StoreOpenException($"There is no store in {folder}.");
        }

        DataFolder.RefuseHalfRestored(folder);
        StoreLook.Refuse(folder, options, needsWatermark: true);
        using var database = Database.Open(DataFolder.DatabaseOf(folder), options);
        CommitWatermark.Compare(DataFolder.WatermarkOf(folder), database.Sequence);
        return StoreCheckpoint.Create(database, folder, StoreFormat.Raise(database));
    }

    /// <summary>
    /// Copies a checkpoint into a folder with checksums; the manifest, written last, makes it a backup.
    /// </summary>
    /// <param name="checkpoint">The folder of the checkpoint.</param>
    /// <param name="destination">An empty folder, or one that does not exist.</param>
    /// <param name="bytesPerSecond">Maximum rate; at least 1 MiB.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the copy, and deletes what was copied.</param>
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
        BackupFolders.RequireEmpty(destination, "The destination");
        var target = BackupManifest.DatabaseOf(destination);
        try
        {
            BackupFolders.RequireSpace(checkpoint, destination);
            DurableFiles.CreateFolder(destination);
            DurableFiles.CreateFolder(target);
            var pace = new CopyPace(Math.Max(bytesPerSecond, MinBytesPerSecond), time);
            var files = new List<BackupFile>();
            foreach (var source in BackupFolders.FilesOf(checkpoint))
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
    /// <exception cref="BackupException">It is incomplete or damaged.</exception>
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

    /// <summary>Opens the copy, which proves that it opens, and describes it in the manifest.</summary>
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

/// <summary>What a backup contains.</summary>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Their total size.</param>
/// <param name="LastWrite">The number of the newest write in it.</param>
/// <param name="MadeAt">When it was made.</param>
public sealed record BackupSummary(int Files, long Bytes, long LastWrite, DateTimeOffset MadeAt)
{
    internal static BackupSummary Of(BackupManifest manifest) =>
        new(
            manifest.Files.Count,
            manifest.Files.Sum(file => file.Bytes),
            manifest.LastWrite,
            DateTimeOffset.FromUnixTimeMilliseconds(manifest.MadeAt)
        );
}
