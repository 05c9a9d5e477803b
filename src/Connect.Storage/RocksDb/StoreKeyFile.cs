using Connect.Storage.Encryption;

namespace Connect.Storage.RocksDb;

/// <summary>The key file of a store that does not exist yet.</summary>
public static class StoreKeyFile
{
    /// <summary>Creates it with new keys, and returns its path.</summary>
    /// <exception cref="StoreOpenException">
    /// It exists already, there is a store already, or its place would not be safe from loss.
    /// </exception>
    public static string Init(RocksDbStoreOptions options)
    {
        var path = KeyFile.Locate(options.DataFolder, options.KeyFile, options.IsMountPoint);
        if (DataFolder.IsData(options.DataFolder))
        {
            throw new StoreOpenException(
                $"The data folder {options.DataFolder} contains a store, which new keys could not read. "
                    + "Use its own key file."
            );
        }

        KeyFile.Init(path);
        return path;
    }
}
