namespace Connect.Storage.RocksDb.Backups;

/// <summary>What backups and restores ask of folders.</summary>
internal static class StoreFolders
{
    /// <summary>Part of every ext4 file system's root, and no content.</summary>
    private const string FileSystemsOwn = "lost+found";

    /// <summary>Where a restore works; renamed at its end.</summary>
    public static string RestoringOf(string dataFolder) => Path.Combine(dataFolder, "restoring");

    /// <summary>The files of a database that make it up; its own log and lock do not.</summary>
    public static IEnumerable<string> FilesOf(string database) =>
        Directory
            .GetFiles(database)
            .Where(path => Path.GetFileName(path) is not "LOCK" and not ['L', 'O', 'G', ..])
            .Order(StringComparer.Ordinal);

    /// <exception cref="BackupException">There is something in it, or it is a file.</exception>
    public static void RequireEmpty(string folder, string name)
    {
        if (File.Exists(folder))
        {
            throw new BackupException($"{name} {folder} is a file. Name an empty folder.");
        }

        if (
            Directory.Exists(folder)
            && Directory.EnumerateFileSystemEntries(folder).Any(path => Path.GetFileName(path) != FileSystemsOwn)
        )
        {
            throw new BackupException($"{name} {folder} is not empty. Name an empty folder, nothing was changed.");
        }
    }

    /// <exception cref="BackupException">There is too little.</exception>
    public static void RequireSpace(string source, string folder)
    {
        var needed = FilesOf(source).Sum(path => new FileInfo(path).Length);
        var existing = folder;
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing)!;
        }

        var free = new DriveInfo(existing).AvailableFreeSpace;
        if (free < needed)
        {
            throw new BackupException(
                $"{folder} has {free >> 20} MiB of free space, and {needed >> 20} MiB are needed."
            );
        }
    }

    /// <exception cref="StoreOpenException">A restore into this folder did not come to its end.</exception>
    public static void RefuseHalfRestored(string dataFolder)
    {
        if (Directory.Exists(RestoringOf(dataFolder)))
        {
            throw new StoreOpenException(
                $"A restore into {dataFolder} was interrupted. Empty the folder and restore again."
            );
        }
    }
}
