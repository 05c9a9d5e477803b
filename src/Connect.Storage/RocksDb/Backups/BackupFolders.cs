namespace Connect.Storage.RocksDb.Backups;

/// <summary>What backups and restores require of folders.</summary>
internal static class BackupFolders
{
    /// <summary>Part of the root of every ext4 file system, and no content.</summary>
    private const string FileSystemsOwn = "lost+found";

    /// <summary>The files that make up a database; its log and lock do not.</summary>
    public static IEnumerable<string> FilesOf(string database) =>
        Directory
            .GetFiles(database)
            .Where(path => Path.GetFileName(path) is not "LOCK" and not ['L', 'O', 'G', ..])
            .Order(StringComparer.Ordinal);

    /// <exception cref="BackupException">It has content, or is a file.</exception>
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
            throw new BackupException($"{name} {folder} is not empty. Name an empty folder. Nothing was changed.");
        }
    }

    /// <exception cref="BackupException">The file system has too little space.</exception>
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
                $"{folder} has {free >> 20} MiB of free space, but {needed >> 20} MiB are needed."
            );
        }
    }
}
