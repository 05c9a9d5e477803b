namespace Connect.Storage.RocksDb.Backups;

/// <summary>What a backup holds.</summary>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Of all of them.</param>
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
