using Connect.Storage.Files;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The database at one moment, as hard links beside it that are deleted on dispose. It copies nothing, but while it
/// exists the disk space of what it holds is not freed.
/// </summary>
public sealed class StoreCheckpoint : IDisposable
{
    private StoreCheckpoint(string folder) => Folder = folder;

    /// <summary>The folder with its files.</summary>
    public string Folder { get; }

    /// <summary>What making it did to a store of an earlier format; null for nothing.</summary>
    public StoreUpgrade? Upgrade { get; private init; }

    /// <exception cref="BackupException">It cannot be made.</exception>
    internal static StoreCheckpoint Create(Database database, string dataFolder, StoreUpgrade? upgrade = null)
    {
        var parent = DataFolder.CheckpointsOf(dataFolder);
        var folder = Path.Combine(parent, Guid.NewGuid().ToString("N"));
        try
        {
            DurableFiles.CreateFolder(parent);
            database.Checkpoint(folder);
            return new(folder) { Upgrade = upgrade };
        }
        catch (Exception e) when (e is RocksDbSharp.RocksDbException or IOException or UnauthorizedAccessException)
        {
            Delete(folder);
            throw new BackupException($"No checkpoint of the store can be made: {e.Message}", e);
        }
    }

    /// <summary>Deletes the checkpoints of a process that died.</summary>
    internal static void DeleteLeftovers(string dataFolder) => Delete(DataFolder.CheckpointsOf(dataFolder));

    public void Dispose() => Delete(Folder);

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
