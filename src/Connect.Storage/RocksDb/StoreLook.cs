namespace Connect.Storage.RocksDb;

/// <summary>
/// Looks at a data folder before anything opens it for good. An open replays the write-ahead log into tables and
/// deletes it, and where the database's own list of files is missing it begins a new database over the old one: after
/// that, the lost file could be laid back and nothing would come of it. So a refusal comes first, and changes nothing.
/// </summary>
internal static class StoreLook
{
    /// <param name="folder">The data folder.</param>
    /// <param name="options">The settings.</param>
    /// <param name="needsWitness">False: a witness that is missing is no refusal.</param>
    /// <param name="keyPath">The key file, to be compared too; null: the keys are not asked for.</param>
    /// <exception cref="StoreOpenException">
    /// Something acknowledged is missing, or nobody can tell; or the keys are others.
    /// </exception>
    public static void Refuse(string folder, RocksDbStoreOptions options, bool needsWitness, string? keyPath = null)
    {
        var database = RocksDbStore.DatabaseOf(folder);
        var witness = RocksDbStore.WitnessOf(folder);

        // Read before the database: if another process has it open, the database can only be ahead.
        var acknowledged = Witness.ReadNewest(witness);
        var remembered = Witness.ReadList(witness);
        if (!File.Exists(Path.Combine(database, "CURRENT")))
        {
            RefuseLost(database, witness, acknowledged);
            return;
        }

        if (remembered is { } earlier && FileList.Read(database) is { } list && !list.Holds(earlier))
        {
            throw new StoreOpenException(
                $"Data was lost: {witness} says that {earlier.PathIn(database)} had {earlier.Length} bytes, and the "
                    + $"list of files is now {list.PathIn(database)} with {list.Length}. Nothing was changed. Restore "
                    + "the missing files or a backup."
            );
        }

        using var opened = TryOpen(folder, database, options);
        if (opened is null)
        {
            return;
        }

        if (acknowledged is not null || (needsWitness && opened.Sequence > 0))
        {
            Witness.Compare(witness, acknowledged, opened.Sequence);
        }

        StoreKeys.RequireFormat(opened);
        if (keyPath is not null && opened.Sequence > 0)
        {
            StoreKeys.OpenExisting(opened, keyPath, options.CachedKeys);
        }
    }

    private static void RefuseLost(string database, string witness, long? acknowledged)
    {
        if (acknowledged is > 0)
        {
            throw new StoreOpenException(
                $"Data was lost: {witness} says that write {acknowledged} was acknowledged, and {database} has no "
                    + "file CURRENT, so there is no database in it. Nothing was changed. Restore the missing files or "
                    + "a backup."
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
    /// Null when it cannot be read: the open that follows says why, or that another process has it.
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
