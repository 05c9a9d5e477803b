namespace Connect.Storage.RocksDb.Backups;

/// <summary>One file of a backup.</summary>
/// <param name="Name">Its name in the folder of the database.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Sha256">Of all of it, in hex.</param>
internal sealed record BackupFile(string Name, long Bytes, string Sha256);
