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

        // It writes down what it runs with.
        var written = File.ReadAllLines(Directory.EnumerateFiles(folder.Data, "OPTIONS-*").Order().Last())
            .Select(line => line.Trim().Split('='))
            .Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0], pair => pair[1]);
        Assert.Equal([(24 << 20).ToString(CultureInfo.InvariantCulture)], written["db_write_buffer_size"]);
        Assert.Equal([(48 << 20).ToString(CultureInfo.InvariantCulture)], written["max_total_wal_size"]);
        Assert.Equal(["1024"], written["max_open_files"]);
        GC.KeepAlive(kept);
    }
}
