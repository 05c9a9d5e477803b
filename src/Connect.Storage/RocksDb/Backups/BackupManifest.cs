using System.Text.Json;
using Connect.Storage.Files;

namespace Connect.Storage.RocksDb.Backups;

/// <summary>
/// What a backup consists of. It is written last, synced and renamed into place: a folder without it is half a backup
/// and is never taken for a whole one.
/// </summary>
/// <param name="Format">1.</param>
/// <param name="MadeAt">Milliseconds since the epoch.</param>
/// <param name="Store">Which life of the store it is of, see <see cref="StoreIncarnation"/>.</param>
/// <param name="LastWrite">The number of the newest write in it, as the witness counts.</param>
/// <param name="Files">Every file, in the order of their names.</param>
internal sealed record BackupManifest(
    int Format,
    long MadeAt,
    string Store,
    long LastWrite,
    IReadOnlyList<BackupFile> Files
)
{
    public const int KnownFormat = 1;

    private const string FileName = "manifest.json";
    private const string DatabaseName = "db";

    /// <summary>Where the files of a backup lie.</summary>
    public static string DatabaseOf(string backup) => Path.Combine(backup, DatabaseName);

    /// <summary>Whether a folder claims to be a whole backup.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <exception cref="BackupException">There is no whole backup, or one of a later version.</exception>
    public static BackupManifest Read(string backup)
    {
        var path = Path.Combine(backup, FileName);
        if (!File.Exists(path))
        {
            throw new BackupException(
                $"{backup} is no whole backup: {FileName}, which is written last, is not there. Use another one."
            );
        }

        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), BackupJson.Default.BackupManifest);
            return manifest switch
            {
                null => throw new BackupException($"{path} is empty. Use another backup."),
                { Format: not KnownFormat } => throw new BackupException(
                    $"{path} has format {manifest.Format}, and this program knows {KnownFormat}. Use the program "
                        + "that made the backup, or a later one."
                ),
                { Files: null } or { Store: null } => throw new BackupException(
                    $"{path} is not complete. Use another backup."
                ),
                _ => manifest,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new BackupException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Makes the backup whole.</summary>
    public void Write(string backup) =>
        DurableFiles.Write(
            Path.Combine(backup, FileName),
            JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest),
            overwrite: false
        );
}
