using System.Globalization;
using Connect.Storage.RocksDb;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>What we ask of the database for its memory and files is what it runs with.</summary>
public sealed class DatabaseOptionsTests
{
    [Fact]
    public void The_database_runs_with_our_limits_of_memory_log_and_files()
    {
        using var folder = new StoreFolder();
        var options = folder.Options with
        {
            WriteBufferBytes = 24 << 20,
            MaxLogBytes = 48 << 20,
            BlockCacheBytes = 12 << 20,
        };
        var kept = new List<object>();
        using (
            var database = RocksDbSharp.RocksDb.Open(
                DatabaseOptions.ForDatabase(options),
                folder.Data,
                DatabaseOptions.ForTables(options, kept)
            )
        )
        {
            var entries = database.GetColumnFamily("entries");
            Assert.Equal($"{12 << 20}", database.GetProperty("rocksdb.block-cache-capacity", entries));
        }

        var written = Written(folder, _ => true);
        Assert.Equal([(24 << 20).ToString(CultureInfo.InvariantCulture)], written["db_write_buffer_size"]);
        Assert.Equal([(48 << 20).ToString(CultureInfo.InvariantCulture)], written["max_total_wal_size"]);
        Assert.Equal(["1024"], written["max_open_files"]);
        GC.KeepAlive(kept);
    }

    [Theory]
    [InlineData("entries", 16)]
    [InlineData("heads", 16)]
    [InlineData("members", 16)]
    [InlineData("dedupe", 32)]
    [InlineData("authors", 32)]
    public void What_each_message_writes_goes_in_beside_the_last_of_its_prefix(string table, int prefixBytes)
    {
        using var folder = new StoreFolder();
        folder.Open().Dispose();
        var written = Written(folder, section => section == $"CFOptions \"{table}\"");
        Assert.Equal(
            [$"rocksdb.FixedPrefix.{prefixBytes}"],
            written["memtable_insert_with_hint_prefix_extractor"].Select(name => name.Split(';')[0].Trim('{', '}'))
        );
        Assert.Equal(["true"], written["level_compaction_dynamic_level_bytes"]);
        Assert.Equal(["kNoCompression"], written["compression"]);

        // Only who is asked for what is not there has a filter, and gives it room.
        Assert.Equal([table == "dedupe" ? "true" : "false"], written["memtable_whole_key_filtering"]);
        var share = double.Parse(written["memtable_prefix_bloom_size_ratio"].Single(), CultureInfo.InvariantCulture);
        Assert.Equal(table == "dedupe" ? 0.02 : 0, share, precision: 6);
    }

    /// <summary>It writes down what it runs with, in sections.</summary>
    private static ILookup<string, string> Written(StoreFolder folder, Func<string, bool> isWanted)
    {
        var section = "";
        var pairs = new List<(string Name, string Value)>();
        var files = Directory.EnumerateFiles(folder.Data, "OPTIONS-*", SearchOption.AllDirectories);
        foreach (var line in File.ReadLines(files.Order().Last()))
        {
            var text = line.Trim();
            section = text.StartsWith('[') ? text.Trim('[', ']') : section;
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && isWanted(section))
            {
                pairs.Add((text[..equals], text[(equals + 1)..]));
            }
        }

        return pairs.ToLookup(pair => pair.Name, pair => pair.Value);
    }
}
