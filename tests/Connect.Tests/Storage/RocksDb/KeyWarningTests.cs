using Connect.Storage.RocksDb;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>What the log says of a key file that is not as it should be.</summary>
public sealed class KeyWarningTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FakeLogger _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_first_start_warns_of_nothing() => Assert.Empty(Warnings());

    [Fact]
    public void A_key_file_beside_a_new_store_is_a_warning_since_the_data_may_be_elsewhere()
    {
        Assert.Empty(Warnings());
        Directory.Delete(_folder.Data, recursive: true);
        Assert.Equal([3009], Warnings());
        Assert.Empty(Warnings());
    }

    [Fact]
    public void A_key_file_that_others_may_read_is_a_warning_at_each_start()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.Empty(Warnings());
        const UnixFileMode Wide = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead;
        File.SetUnixFileMode(_folder.KeyFile, Wide);
        Assert.Equal([3010], Warnings());
        Assert.Contains("604", _log.Collector.GetSnapshot().Last(IsWarning).Message, StringComparison.Ordinal);
    }

    private static bool IsWarning(FakeLogRecord line) => line.Level >= LogLevel.Warning;

    private List<int> Warnings()
    {
        var before = _log.Collector.Count;
        RocksDbStore.Open(_folder.Options, _folder.Time, _log, _folder.Fatal.Add).Dispose();
        return [.. _log.Collector.GetSnapshot().Skip(before).Where(IsWarning).Select(line => line.Id.Id)];
    }
}
