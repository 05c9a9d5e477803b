using Connect.Storage.Reading;
using Connect.Storage.RocksDb;
using Connect.Tests.Storage.Conformance;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>A data folder of a test's own, with small limits; deleted at the end.</summary>
internal sealed class StoreFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    public StoreFolder()
    {
        // In memory where there is such a file system: these tests are about what is written, not about the disk.
        var parent = Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        Root = Path.Combine(parent, $"connect-store-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Root);
        Options = new RocksDbStoreOptions
        {
            DataFolder = Data,
            ReserveBytes = 0,
            BlockCacheBytes = 8 << 20,
            WriteBufferBytes = 8 << 20,
        };
    }

    public string Root { get; }

    public string Data => Path.Combine(Root, "data");

    public string KeyFile => Path.Combine(Root, "data.keys");

    public RocksDbStoreOptions Options { get; set; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    /// <summary>What the store said when it could write no more.</summary>
    public List<string> Fatal { get; } = [];

    public static StoreUnderTest OpenForConformance()
    {
        var folder = new StoreFolder();
        var store = folder.Open();
        return new(
            store.Conversations,
            store.Reader,
            store.Index,
            store.IndexRows,
            store.Users,
            store.Deletions,
            store.Relations,
            folder.Time,
            HistorySweeps.Over((IRetainedRows)store.Conversations, folder.Time),
            new Closing(() =>
            {
                store.Dispose();
                folder.Dispose();
            })
        );
    }

    public RocksDbStore Open() => RocksDbStore.Open(Options, Time, NullLogger.Instance, Fatal.Add);

    /// <summary>What a crash of the process would leave: a copy of the files while the store is open.</summary>
    public StoreFolder CopyAsAfterACrash()
    {
        var copy = new StoreFolder();
        foreach (var file in Directory.GetFiles(Root, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Root, Path.GetRelativePath(Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
