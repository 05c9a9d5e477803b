using Connect.Storage.Encryption;
using Connect.Storage.RocksDb.Backups;

namespace Connect.Storage.RocksDb.Checks;

/// <summary>Reads all of a backup, or of a store that no process has open, and reports what is wrong.</summary>
public static class StoreVerifier
{
    /// <summary>Checks a backup: its files against the manifest, then its rows. Changes nothing.</summary>
    /// <exception cref="BackupException">It is incomplete or damaged.</exception>
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
                $"The backup ends at write {report.LastWrite}, but its manifest says {summary.LastWrite}."
            );
    }

    /// <inheritdoc cref="DataFolder.IsData"/>
    public static bool IsData(string folder) => DataFolder.IsData(folder);

    /// <summary>Checks a data folder, and upgrades one of an earlier format.</summary>
    /// <param name="options">The data folder and its keys.</param>
    /// <param name="renewWatermark">
    /// True: a missing witness is not a refusal, and is recreated if everything else is sound.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StoreOpenException">
    /// It is in use, does not open, is behind its watermark, or has other keys.
    /// </exception>
    public static StoreReport VerifyData(RocksDbStoreOptions options, bool renewWatermark, TimeProvider time)
    {
        var folder = DataFolder.Normalize(options.DataFolder);
        options = options with { DataFolder = folder };
        DataFolder.RefuseHalfRestored(folder);
        if (!Directory.Exists(DataFolder.DatabaseOf(folder)))
        {
            throw new StoreOpenException($"There is no store in {folder}.");
        }

        // With the keys, so that a wrong one is refused before anything is written.
        var keyPath = KeyFile.Locate(folder, options.KeyFile, options.IsMountPoint);
        StoreLook.Refuse(folder, options, needsWatermark: !renewWatermark, keyPath);
        using var database = Database.Open(DataFolder.DatabaseOf(folder), options);
        var watermark = DataFolder.WatermarkOf(folder);
        if (!renewWatermark || CommitWatermark.IsReadable(watermark))
        {
            CommitWatermark.Compare(watermark, database.Sequence);
            var upgrade = StoreFormat.Raise(database);
            return Read(database, options, time) with { Upgrade = upgrade };
        }

        var raised = StoreFormat.Raise(database);
        var report = Read(database, options, time) with { Upgrade = raised };
        if (report.IsSound)
        {
            CommitWatermark.Renew(watermark, database.Sequence).Dispose();
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

        // Damaged blocks of a table end its walk, which is a finding as well.
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
