using System.Text.Json;
using System.Text.Json.Serialization;
using Connect.Storage.Files;

namespace Connect.Storage.RocksDb.Backups;

/// <summary>
/// The contents of a backup. It is written last, synced and renamed into place: a folder without it is half a backup,
/// and is never mistaken for a complete one.
/// </summary>
/// <param name="Format">1.</param>
/// <param name="MadeAt">Milliseconds since the epoch.</param>
/// <param name="Store">The <see cref="StoreIncarnation"/> of the store.</param>
/// <param name="LastWrite">The number of the newest write in it, as in the <see cref="CommitWatermark"/>.</param>
/// <param name="Files">Every file, ordered by name.</param>
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

    /// <summary>The folder with the files of a backup.</summary>
    public static string DatabaseOf(string backup) => Path.Combine(backup, DatabaseName);

    /// <summary>Whether a folder claims to be a complete backup.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <exception cref="BackupException">There is no complete backup, or one of a later version.</exception>
    public static BackupManifest Read(string backup)
    {
        var path = Path.Combine(backup, FileName);
        if (!File.Exists(path))
        {
            throw new BackupException(
                $"{backup} is not a complete backup: {FileName}, which is written last, is missing. Use another one."
            );
        }

        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), BackupJson.Default.BackupManifest);
            return manifest switch
            {
                null => throw new BackupException($"{path} is empty. Use another backup."),
                { Format: not KnownFormat } => throw new BackupException(
                    $"{path} has format {manifest.Format}, and this build reads format {KnownFormat}. Use the version "
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

    /// <summary>Completes the backup.</summary>
    public void Write(string backup) =>
        DurableFiles.Write(
            Path.Combine(backup, FileName),
            JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest),
            overwrite: false
        );
}

/// <summary>One file of a backup.</summary>
/// <param name="Name">Its name in the folder of the database.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its checksum, in hex.</param>
internal sealed record BackupFile(string Name, long Bytes, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
