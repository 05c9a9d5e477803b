using Connect.Storage.Encryption;
using Connect.Storage.RocksDb.Backups;

namespace Connect.Storage.RocksDb.Checks;

/// <summary>Reads everything of a store that no process has open, or of a backup, and says what is wrong.</summary>
public static class StoreVerifier
{
    /// <summary>Reads a backup: its files against the manifest, then its rows. Changes nothing.</summary>
    /// <exception cref="BackupException">It is not whole.</exception>
    /// <exception cref="StoreOpenException">It does not open, or not with these keys.</exception>
    public static async Task<StoreReport> VerifyBackupAsync(
        string backup,
        RocksDbStoreOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var summary = await StoreBackup.CheckFilesAsync(backup, cancellationToken);
        using var database = Database.OpenReadOnly(BackupManifest.DatabaseOf(backup), options);
        var report = Read(database, options, time);
        return report.LastWrite == summary.LastWrite
            ? report
            : throw new BackupException(
                $"The backup ends at write {report.LastWrite}, and its manifest says {summary.LastWrite}."
            );
    }

    /// <summary>Whether a folder is a data folder and no backup, which has no witness.</summary>
    public static bool IsData(string folder) => File.Exists(RocksDbStore.WitnessOf(folder));

    /// <summary>Reads a data folder.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="renewWitness">
    /// True: a witness that is missing is no refusal, and is made anew when everything else is sound.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StoreOpenException">
    /// It is in use, does not open, is behind its witness, or has other keys.
    /// </exception>
    public static StoreReport VerifyData(RocksDbStoreOptions options, bool renewWitness, TimeProvider time)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataFolder));
        options = options with { DataFolder = folder };
        StoreFolders.RefuseHalfRestored(folder);
        if (!Directory.Exists(RocksDbStore.DatabaseOf(folder)))
        {
            throw new StoreOpenException($"There is no store in {folder}.");
        }

        StoreLook.Refuse(folder, options, needsWitness: !renewWitness);
        using var database = Database.Open(RocksDbStore.DatabaseOf(folder), options);
        var witness = RocksDbStore.WitnessOf(folder);
        if (!renewWitness || Witness.IsReadable(witness))
        {
            Witness.Compare(witness, database.Sequence);
            return Read(database, options, time);
        }

        var report = Read(database, options, time);
        if (report.IsSound)
        {
            Witness.Renew(witness, database.Sequence).Dispose();
        }

        return report;
    }

    private static StoreReport Read(Database database, RocksDbStoreOptions options, TimeProvider time)
    {
        var keyPath = KeyFile.Locate(options.DataFolder, options.KeyFile, options.IsMountPoint);
        var keys = StoreKeys.OpenExisting(database, keyPath, options.CachedKeys);
        var findings = new Findings();
        var tables = new ConversationTables(database, keys, options.CachedHeads);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var conversations = new ConversationCheck(database, tables, findings, now);
        var stray = new StrayRowCheck(database, tables, keys, findings);
        var users = new UserCheck(database, tables, keys, findings);

        // A table whose own blocks are damaged ends the walk of it, and that is a finding too.
        findings.Run("conversations", conversations.Run);
        findings.Run("rows of conversations", stray.Run);
        findings.Run("users", users.Run);
        return new()
        {
            Conversations = conversations.Conversations,
            Members = conversations.Members,
            Entries = conversations.Entries,
            IdempotencyRows = stray.IdempotencyRows,
            Accounts = users.Accounts,
            Devices = users.Devices,
            IndexRows = users.IndexRows,
            LooseIndexRows = users.LooseIndexRows,
            LastWrite = database.Sequence,
            Problems = findings.Problems,
            ProblemCount = findings.Count,
        };
    }
}
