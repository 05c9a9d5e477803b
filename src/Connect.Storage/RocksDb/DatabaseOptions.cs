using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>How RocksDB is set up: the same at each start, since it does not remember.</summary>
internal static class DatabaseOptions
{
    private const int BloomBitsPerKey = 10;
    private const int MaxOpenFiles = 1_024;
    private const ulong BlockBytes = 8 << 10;
    private const ulong LogFileBytes = 4 << 20;
    private const ulong SmallTableBufferBytes = 8 << 20;

    // Of the buffer of a table, and taken from it; about 20 bits for each row of 100 bytes.
    private const double MemoryFilterRatio = 0.02;

    private static readonly string[] SmallTables =
    [
        "heads",
        "conversations",
        "members",
        "dedupe",
        "accounts",
        "usernames",
        "devices",
        "index",
        "externals",
        "gone",
        "relations",
        "keys",
        "meta",
    ];

    /// <summary>
    /// By default RocksDB opens a damaged write-ahead log up to the damage and says nothing, and opens empty when it is
    /// gone. Here only a torn tail, which was never acknowledged, is dropped; anything else refuses to open.
    /// </summary>
    public static DbOptions ForDatabase(RocksDbStoreOptions options)
    {
        var result = new DbOptions()
            .SetCreateIfMissing(true)
            .SetCreateMissingColumnFamilies(true)
            .SetParanoidChecks(true)
            .SetWalRecoveryMode(Recovery.TolerateCorruptedTailRecords)
            .SetMaxTotalWalSize((ulong)options.MaxLogBytes)
            .SetDbWriteBufferSize((ulong)options.WriteBufferBytes)
            .SetMaxOpenFiles(MaxOpenFiles)
            .SetBytesPerSync(1 << 20)
            .SetInfoLogLevel(InfoLogLevel.Warn)
            .SetMaxLogFileSize(LogFileBytes)
            .SetKeepLogFileNum(4);
        Native.Instance.rocksdb_options_set_track_and_verify_wals(result.Handle, 1);
        return result;
    }

    /// <param name="options">The settings.</param>
    /// <param name="kept">Takes what must not be collected while the database is open.</param>
    public static ColumnFamilies ForTables(RocksDbStoreOptions options, List<object> kept)
    {
        var cache = Cache.CreateLru((ulong)options.BlockCacheBytes);
        kept.Add(cache);
        var families = new ColumnFamilies(Table(cache, SmallTableBufferBytes, kept));
        foreach (var name in SmallTables)
        {
            var table = Table(cache, SmallTableBufferBytes, kept);
            if (name == "dedupe")
            {
                // A cid is asked for before each commit and is nearly never there: the filter says so without a search
                // of the rows in memory. The others would only lose room to it.
                table.SetMemtablePrefixBloomSizeRatio(MemoryFilterRatio);
                Native.Instance.rocksdb_options_set_memtable_whole_key_filtering(table.Handle, 1);
            }

            families.Add(name, table);
        }

        families.Add("entries", Table(cache, (ulong)options.WriteBufferBytes / 2, kept));
        return families;
    }

    private static ColumnFamilyOptions Table(Cache cache, ulong writeBufferBytes, List<object> kept)
    {
        var filter = BloomFilterPolicy.Create(BloomBitsPerKey, false);
        var blocks = new BlockBasedTableOptions()
            .SetBlockCache(cache)
            .SetBlockSize(BlockBytes)
            .SetFilterPolicy(filter)
            .SetWholeKeyFiltering(true)
            .SetCacheIndexAndFilterBlocks(true)
            .SetPinL0FilterAndIndexBlocksInCache(true);
        kept.Add(filter);
        kept.Add(blocks);

        // What is sealed does not compress.
        var table = new ColumnFamilyOptions()
            .SetBlockBasedTableFactory(blocks)
            .SetWriteBufferSize(writeBufferBytes)
            .SetLevelCompactionDynamicLevelBytes(true)
            .SetCompression(Compression.No);
        kept.Add(table);
        return table;
    }
}
