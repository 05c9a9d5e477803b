using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.RocksDb;
using Connect.Storage.RocksDb.Backups;
using Connect.Storage.RocksDb.Checks;
using Connect.Tests.Storage.Conformance;
using Xunit;

namespace Connect.Tests.Storage.RocksDb.Backups;

/// <summary>A store with two users and two conversations, and backups of it.</summary>
internal sealed class FilledStore : IDisposable
{
    public const string Body = "unmistakable-backup-text";

    private int _backups;

    public StoreFolder Folder { get; } = new();

    public UserId Anna { get; } = UserId.NewRandom();

    public UserId Ben { get; } = UserId.NewRandom();

    public Talk Talk { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Fills an open store.</summary>
    public async Task FillAsync(RocksDbStore store)
    {
        foreach (var (user, name) in new[] { (Anna, "anna-anna"), (Ben, "ben-ben") })
        {
            Assert.True(await store.Users.CreateAsync(new Account(user, name, name, "hash", 1, false, 1)));
            Assert.True(await store.Users.PutDeviceAsync(new(user, new(1), "device", 2, null, 1)));
        }

        Talk = await StartAsync(store, "title");
        await StartAsync(store, null);
        await Talk.AppendAsync(Anna, [.. Enumerable.Range(0, 50).Select(i => $"{Body}-{i}")]);
    }

    /// <summary>A conversation, its index rows first, as the writer does.</summary>
    public async Task<Talk> StartAsync(RocksDbStore store, string? title)
    {
        var talk = Talk.Between(store.Conversations, Anna, Ben);
        talk.Time = Folder.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await store.Index.PutAsync([new(Anna, talk.Id, Talk.NewCid(), 3), new(Ben, talk.Id, Talk.NewCid(), 3)]);
        return await talk.CreateAsync(title);
    }

    /// <summary>Backs up an open store into a new folder.</summary>
    public async Task<string> BackUpAsync(RocksDbStore store)
    {
        var destination = Path.Combine(Folder.Root, $"backup-{++_backups}");
        using var checkpoint = store.CreateCheckpoint();
        await StoreBackup.WriteAsync(checkpoint.Folder, destination, long.MaxValue, TimeProvider.System, Cancel);
        return destination;
    }

    /// <summary>The options of a folder to restore to, with the keys of this store.</summary>
    public RocksDbStoreOptions Target(string name = "restored") =>
        Folder.Options with
        {
            DataFolder = Path.Combine(Folder.Root, name),
            KeyFile = Folder.KeyFile,
        };

    public RocksDbStore Open(RocksDbStoreOptions options) =>
        RocksDbStore.Open(
            options,
            Folder.Time,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance,
            Folder.Fatal.Add
        );

    public StoreReport Verify(RocksDbStoreOptions options, bool renewWatermark = false) =>
        StoreVerifier.VerifyData(options, renewWatermark, Folder.Time);

    public void Dispose() => Folder.Dispose();
}
