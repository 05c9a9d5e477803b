using Connect.Storage.Encryption;
using Connect.Storage.RocksDb.Checks;

namespace Connect.Storage.RocksDb;

/// <summary>The key file of a store that is yet to be.</summary>
public static class StoreKeyFile
{
    /// <summary>Makes it, with new keys, and says where.</summary>
    /// <exception cref="StoreOpenException">
    /// It is there already, there is a store already, or it would lie where it may be lost.
    /// </exception>
    public static string Init(RocksDbStoreOptions options)
    {
        var path = KeyFile.Locate(options.DataFolder, options.KeyFile, options.IsMountPoint);
        if (StoreVerifier.IsData(options.DataFolder))
        {
            throw new StoreOpenException(
                $"The data folder {options.DataFolder} holds a store, which new keys could not read. Use its own."
            );
        }

        KeyFile.Init(path);
        return path;
    }
}
