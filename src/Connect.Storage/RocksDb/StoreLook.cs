namespace Connect.Storage.RocksDb;

/// <summary>
/// Inspects a data folder before anything opens it for writing. An open replays the write-ahead log into tables and
/// deletes it, and if the database's list of files is missing it starts a new database over the old one; putting the
/// lost file back would no longer help. So the inspection comes first, and a refusal changes nothing.
/// </summary>
internal static class StoreLook
{
    /// <param name="folder">The data folder.</param>
    /// <param name="options">The settings.</param>
    /// <param name="needsWatermark">False: a missing watermark is not a refusal.</param>
    /// <param name="keyPath">The key file, to check it too; null: the keys are not checked.</param>
    /// <exception cref="StoreOpenException">
    /// Acknowledged writes are missing, or that cannot be ruled out; the format is unknown; or the keys do not match.
    /// </exception>
    public static void Refuse(string folder, RocksDbStoreOptions options, bool needsWatermark, string? keyPath = null)
    {
        var database = DataFolder.DatabaseOf(folder);
        var watermark = DataFolder.WatermarkOf(folder);

        // Read before the database: if another process has it open, the database can only be ahead.
        var acknowledged = CommitWatermark.ReadNewest(watermark);
        var recorded = CommitWatermark.ReadList(watermark);
        if (!File.Exists(Path.Combine(database, "CURRENT")))
        {
            RefuseLost(database, watermark, acknowledged);
            return;
        }

        if (recorded is { } earlier && FileList.Read(database) is { } list && !list.Contains(earlier))
        {
            throw new StoreOpenException(
                $"Data was lost: according to {watermark} {earlier.PathIn(database)} had {earlier.Length} bytes, but "
                    + $"the list of files is now {list.PathIn(database)} with {list.Length}. Nothing was changed. "
                    + "Restore the missing files or a backup."
            );
        }

        using var opened = TryOpen(folder, database, options);
        if (opened is null)
        {
            return;
        }

        if (acknowledged is not null || (needsWatermark && opened.Sequence > 0))
        {
            CommitWatermark.Compare(watermark, acknowledged, opened.Sequence);
        }

        StoreFormat.Require(opened);
        if (keyPath is not null && opened.Sequence > 0)
        {
            StoreKeys.OpenExisting(opened, keyPath, options.CachedKeys);
        }
    }

    private static void RefuseLost(string database, string watermark, long? acknowledged)
    {
        if (acknowledged is > 0)
        {
            throw new StoreOpenException(
                $"Data was lost: according to {watermark} write {acknowledged} was acknowledged, but {database} has no "
                    + "file CURRENT, so it contains no database. Nothing was changed. Restore the missing files or a "
                    + "backup."
            );
        }

        if (Directory.Exists(database) && Directory.EnumerateFiles(database, "*.sst").Any())
        {
            throw new StoreOpenException(
                $"Data was lost: {database} has tables of a database but no file CURRENT. Nothing was changed. Restore "
                    + "the missing files or a backup."
            );
        }
    }

    /// <summary>
    /// Null when it cannot be read: the open that follows gives the reason, or finds that another process has it.
    /// </summary>
    private static Database? TryOpen(string folder, string database, RocksDbStoreOptions options)
    {
        try
        {
            return Database.OpenReadOnly(database, options, Path.Combine(folder, "look"));
        }
        catch (Exception e) when (e is StoreOpenException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
