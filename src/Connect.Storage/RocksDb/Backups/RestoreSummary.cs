namespace Connect.Storage.RocksDb.Backups;

/// <summary>What a restore did.</summary>
/// <param name="Backup">What it was made of.</param>
/// <param name="Conversations">Conversations whose epoch was raised.</param>
/// <param name="KeyFile">The key file that opens it.</param>
public sealed record RestoreSummary(BackupSummary Backup, long Conversations, string KeyFile);
