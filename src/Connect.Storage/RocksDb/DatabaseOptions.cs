using System.Runtime.InteropServices;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>The configuration of RocksDB, the same at each start, since RocksDB does not remember it.</summary>
internal static class DatabaseOptions
{
    private const int BloomBitsPerKey = 10;
    private const int MaxOpenFiles = 1_024;
    private const ulong BlockBytes = 8 << 10;
    private const ulong LogFileBytes = 4 << 20;
    private const ulong SmallTableBufferBytes = 8 << 20;
    private const ulong BusyTableBufferBytes = 16 << 20;

    // A share of a table's write buffer; about 20 bits per row of 100 bytes.
    private const double MemoryFilterRatio = 0.02;

    private static readonly string[] SmallTables =
    [
        "conversations",
        "accounts",
        "usernames",
        "devices",
        "index",
        "externals",
        "gone",
        "relations",
        "places",
        "moved",
        "invites",
        "sent",
        "slots",
        "dues",
        "keys",
        "meta",
    ];

    /// <summary>
    /// By default RocksDB silently opens a damaged write-ahead log up to the damage, and an empty database when the log
    /// is gone. Here only a torn tail, which was never acknowledged, is dropped; with any other damage it does not
    /// open.
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
    /// <param name="kept">Receives what must not be collected while the database is open.</param>
    /// <param name="present">The tables that there are; without it every table, which an open then creates.</param>
    public static ColumnFamilies ForTables(
        RocksDbStoreOptions options,
        List<object> kept,
        IReadOnlyList<string>? present = null
    )
    {
        var cache = Cache.CreateLru((ulong)options.BlockCacheBytes);
        kept.Add(cache);
        var families = new ColumnFamilies(Table(cache, SmallTableBufferBytes, kept));
        foreach (var name in SmallTables.Where(IsThere))
        {
            families.Add(name, Table(cache, SmallTableBufferBytes, kept));
        }

        // The tables that every message writes. A cid is looked up before each commit and almost never found: the
        // filter answers without a search of the rows in memory.
        var dedupe = Table(cache, BusyTableBufferBytes, kept).SetMemtablePrefixBloomSizeRatio(MemoryFilterRatio);
        Native.Instance.rocksdb_options_set_memtable_whole_key_filtering(dedupe.Handle, 1);
        families.Add("dedupe", Remembering(dedupe, RowKeys.PairLength, kept));
        families.Add("heads", Remembering(Table(cache, BusyTableBufferBytes, kept), RowKeys.OwnerLength, kept));
        families.Add("members", Remembering(Table(cache, BusyTableBufferBytes, kept), RowKeys.OwnerLength, kept));
        if (IsThere("authors"))
        {
            families.Add("authors", Remembering(Table(cache, BusyTableBufferBytes, kept), RowKeys.PairLength, kept));
        }

        var entries = Table(cache, (ulong)options.WriteBufferBytes / 2, kept);
        families.Add("entries", Remembering(entries, RowKeys.OwnerLength, kept));
        return families;

        bool IsThere(string name) => present is null || present.Count == 0 || present.Contains(name);
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

        // Sealed rows do not compress.
        var table = new ColumnFamilyOptions()
            .SetBlockBasedTableFactory(blocks)
            .SetWriteBufferSize(writeBufferBytes)
            .SetLevelCompactionDynamicLevelBytes(true)
            .SetCompression(Compression.No);
        kept.Add(table);
        return table;
    }

    /// <summary>
    /// The same, plus an insert hint per prefix: the rows of a conversation arrive in ascending order or replace each
    /// other, so the next one is inserted beside the last without a search of all rows in memory. It costs 300 bytes of
    /// memory per prefix, which does not pay for tables with few rows per prefix.
    /// </summary>
    private static ColumnFamilyOptions Remembering(ColumnFamilyOptions table, int prefixBytes, List<object> kept)
    {
        // The binding has no call for this option, but the library parses it from a string.
        var words = Marshal.StringToCoTaskMemUTF8(
            $"memtable_insert_with_hint_prefix_extractor=rocksdb.FixedPrefix.{prefixBytes}"
        );
        try
        {
            var result = new ColumnFamilyOptions();
            kept.Add(result);
            Native.Instance.rocksdb_get_options_from_string(table.Handle, words, result.Handle, out var error);
            return error == 0
                ? result
                : throw new InvalidOperationException(
                    $"RocksDB does not know an option: {Marshal.PtrToStringUTF8(error)}"
                );
        }
        finally
        {
            Marshal.FreeCoTaskMem(words);
        }
    }
}
