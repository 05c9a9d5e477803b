using Connect.Contracts.Identifiers;
using Connect.Storage;
using Connect.Storage.RocksDb;
using Connect.Storage.RocksDb.Backups;
using Connect.Storage.RocksDb.Checks;
using Connect.Tests.Storage.Conformance;
using Microsoft.Extensions.Logging.Testing;
using RocksDbSharp;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>A build opens only the formats of a store that it can read.</summary>
public sealed class StoreFormatTests : IDisposable
{
    private static readonly byte[] Key = "format"u8.ToArray();

    private readonly StoreFolder _folder = new();
    private readonly UserId _anna = UserId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_store_has_format_2()
    {
        using var store = _folder.Open();

        Assert.Equal([2], store.Database.Get(store.Database.Meta, Key));
        Assert.Equal((1, 2), (StoreFormat.Min, StoreFormat.Max));
    }

    [Theory]
    [InlineData(0, "has format 0", "too old")]
    [InlineData(3, "has format 3", "a newer version wrote the store")]
    [InlineData(255, "has format 255", "a newer version wrote the store")]
    public async Task Another_format_is_refused_by_name_and_nothing_is_changed(byte format, string found, string why)
    {
        Talk talk;
        using (var store = _folder.Open())
        {
            talk = await Talk.Between(store.Conversations, _anna, UserId.NewRandom()).CreateAsync("kept");
            Put(store.Database, [format]);
        }

        var before = Files();

        AssertRefused(Assert.Throws<StoreOpenException>(() => _folder.Open()), found, why);
        AssertRefused(Assert.Throws<StoreOpenException>(() => Verify()), found, why);
        AssertRefused(
            Assert.Throws<StoreOpenException>(() => StoreBackup.CheckpointClosed(_folder.Options)),
            found,
            why
        );
        Assert.Equal(before, Files());

        using (var database = Database.Open(Path.Combine(_folder.Data, "db"), _folder.Options))
        {
            Put(database, [2]);
        }

        using var again = _folder.Open();
        Assert.Equal("kept", (await again.Conversations.LoadAsync(talk.Id))!.Title);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("verify and renew the witness")]
    [InlineData("backup")]
    [InlineData("start")]
    public void Whoever_upgrades_a_store_of_format_1_tells_so_once(string who)
    {
        using (var store = _folder.Open())
        {
            Put(store.Database, [1]);
        }

        if (who == "verify and renew the witness")
        {
            File.Delete(Path.Combine(_folder.Data, "witness"));
        }

        Assert.Equal(new StoreUpgrade(1, 2), Upgrade());
        Assert.Null(Upgrade());

        StoreUpgrade? Upgrade()
        {
            if (who == "backup")
            {
                using var checkpoint = StoreBackup.CheckpointClosed(_folder.Options);
                return checkpoint.Upgrade;
            }

            if (who != "start")
            {
                var report = StoreVerifier.VerifyData(_folder.Options, who != "verify", _folder.Time);
                Assert.True(report.IsSound, string.Join('\n', report.Problems));
                return report.Upgrade;
            }

            var log = new FakeLogger();
            RocksDbStore.Open(_folder.Options, _folder.Time, log).Dispose();
            var line = log.Collector.GetSnapshot().SingleOrDefault(each => each.Id.Id == 3011)?.Message;
            Assert.True(
                line is null or "The store was upgraded from format 1 to 2: earlier versions no longer open it."
            );
            return line is null ? null : new(1, 2);
        }
    }

    [Fact]
    public void Without_its_keys_a_store_is_refused_before_it_is_upgraded()
    {
        using (var store = _folder.Open())
        {
            Put(store.Database, [1]);
        }

        var elsewhere = _folder.Options with { KeyFile = Path.Combine(_folder.Root, "none.keys") };
        Assert.Throws<StoreOpenException>(() => StoreVerifier.VerifyData(elsewhere, false, _folder.Time));
        using var database = Database.OpenReadOnly(Path.Combine(_folder.Data, "db"), _folder.Options);
        Assert.Equal([1], database.Get(database.Meta, Key));
    }

    [Fact]
    public void A_format_that_is_not_one_byte_is_refused()
    {
        using (var store = _folder.Open())
        {
            Put(store.Database, [1, 0]);
        }

        AssertRefused(Assert.Throws<StoreOpenException>(() => _folder.Open()), "has format 0x0100", "a newer version");
    }

    [Fact]
    public async Task A_backup_of_another_format_is_neither_restored_nor_verified()
    {
        var backup = Path.Combine(_folder.Root, "backup");
        using (var store = _folder.Open())
        {
            Put(store.Database, [3]);
            using var checkpoint = store.CreateCheckpoint();
            await StoreBackup.WriteAsync(checkpoint.Folder, backup, long.MaxValue, TimeProvider.System, Cancel);
        }

        var options = _folder.Options with
        {
            DataFolder = Path.Combine(_folder.Root, "restored"),
            KeyFile = _folder.KeyFile,
        };
        AssertRefused(
            await Assert.ThrowsAsync<StoreOpenException>(() => StoreRestore.RunAsync(backup, options, Cancel)),
            "has format 3",
            "a newer version"
        );
        Assert.False(Directory.Exists(options.DataFolder));
        AssertRefused(
            await Assert.ThrowsAsync<StoreOpenException>(() =>
                StoreVerifier.VerifyBackupAsync(backup, options, TimeProvider.System, Cancel)
            ),
            "has format 3",
            "a newer version"
        );
    }

    private static void AssertRefused(StoreOpenException refused, string found, string why)
    {
        Assert.Contains(found, refused.Message, StringComparison.Ordinal);
        Assert.Contains("reads formats 1 to 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private static void Put(Database database, byte[] format)
    {
        using var batch = new WriteBatch();
        batch.Put(Key, format, database.Meta);
        database.Write(batch);
    }

    private StoreReport Verify() => StoreVerifier.VerifyData(_folder.Options, renewWatermark: false, _folder.Time);

    private IEnumerable<string> Files() =>
        [
            .. Directory
                .GetFiles(_folder.Root, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}"),
        ];
}
