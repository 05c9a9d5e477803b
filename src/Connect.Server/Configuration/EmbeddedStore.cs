using Connect.Storage.RocksDb;

namespace Connect.Server.Configuration;

/// <summary>The embedded store as the settings describe it: the same for a node and for the commands.</summary>
internal static class EmbeddedStore
{
    public static RocksDbStoreOptions OptionsOf(ServerOptions options) =>
        new()
        {
            DataFolder = options.DataPath,
            KeyFile = options.Keys.File,
            ReserveBytes = options.Store.ReserveBytes,
            BlockCacheBytes = options.Store.CacheBytes,
            HistoryRetention = options.Store.HistoryRetention,
            UndeliveredTtl = options.Store.UndeliveredLife,
        };
}
