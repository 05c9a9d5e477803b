using Connect.Storage.Files;

namespace Connect.Storage.RocksDb.Backups;

/// <summary>
/// The database as it was at one moment: hard links beside it, deleted when this is disposed. It costs no copy, but
/// what it holds is not freed as long as it is there.
/// </summary>
public sealed class StoreCheckpoint : IDisposable
{
    private StoreCheckpoint(string folder) => Folder = folder;

    /// <summary>Where the files are.</summary>
    public string Folder { get; }

    /// <exception cref="BackupException">It cannot be made.</exception>
    internal static StoreCheckpoint Create(Database database, string dataFolder)
    {
        var parent = ParentOf(dataFolder);
        var folder = Path.Combine(parent, Guid.NewGuid().ToString("N"));
        try
        {
            DurableFiles.CreateFolder(parent);
            database.Checkpoint(folder);
            return new(folder);
        }
        catch (Exception e) when (e is RocksDbSharp.RocksDbException or IOException or UnauthorizedAccessException)
        {
            Delete(folder);
            throw new BackupException($"No checkpoint of the store can be made: {e.Message}", e);
        }
    }

    /// <summary>Deletes what a process that died left behind.</summary>
    internal static void DeleteLeftovers(string dataFolder) => Delete(ParentOf(dataFolder));

    public void Dispose() => Delete(Folder);

    private static string ParentOf(string dataFolder) => Path.Combine(dataFolder, "checkpoints");

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
