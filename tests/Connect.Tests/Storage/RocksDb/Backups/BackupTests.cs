using System.Text;
using Connect.Storage;
using Connect.Storage.RocksDb.Backups;
using Connect.Storage.RocksDb.Checks;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Storage.RocksDb.Backups;

/// <summary>A backup is whole or none, holds nothing readable, and leaves nothing behind.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly FilledStore _filled = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _filled.Dispose();

    [Fact]
    public async Task A_backup_of_a_running_store_is_sound_and_ends_where_it_was_made()
    {
        using var store = _filled.Folder.Open();
        await _filled.FillAsync(store);
        var at = store.Database.Sequence;

        var backup = await _filled.BackUpAsync(store);
        await _filled.Talk.AppendAsync(_filled.Anna, "after the backup");

        var report = await VerifyAsync(backup);
        Assert.True(report.IsSound, string.Join('\n', report.Problems));
        Assert.Equal((at, 2, 52, 52), (report.LastWrite, report.Conversations, report.Entries, report.IdempotencyRows));
        Assert.Equal((2, 2, 4, 4), (report.Accounts, report.Devices, report.IndexRows, report.Members));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_filled.Folder.Data, "checkpoints")));
    }

    [Fact]
    public async Task Neither_keys_nor_texts_nor_names_are_in_it()
    {
        using var store = _filled.Folder.Open();
        await _filled.FillAsync(store);
        var backup = await _filled.BackUpAsync(store);

        var files = Directory.GetFiles(backup, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => new FileInfo(file).Length > 1_000);
        var master = JsonOf(_filled.Folder.KeyFile).GetProperty("masters").GetProperty("1").GetBytesFromBase64();
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancel);
            foreach (var secret in new[] { FilledStore.Body, "anna-anna", "title" })
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{secret} is in {file}");
            }

            Assert.True(bytes.AsSpan().IndexOf(master) < 0, $"The master key is in {file}");
            Assert.True(
                bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(master))) < 0,
                $"The master key is in {file}"
            );
        }
    }

    [Fact]
    public async Task A_backup_goes_into_an_empty_folder_only()
    {
        using var store = _filled.Folder.Open();
        await _filled.FillAsync(store);
        var backup = await _filled.BackUpAsync(store);
        using var checkpoint = store.CreateCheckpoint();

        var refused = await Assert.ThrowsAsync<BackupException>(() =>
            StoreBackup.WriteAsync(checkpoint.Folder, backup, long.MaxValue, TimeProvider.System, Cancel)
        );

        Assert.Contains("not empty", refused.Message, StringComparison.Ordinal);
        Assert.True((await VerifyAsync(backup)).IsSound);
    }

    [Fact]
    public async Task An_interrupted_backup_is_not_taken_for_a_whole_one()
    {
        using var store = _filled.Folder.Open();
        await _filled.FillAsync(store);
        using var checkpoint = store.CreateCheckpoint();
        var destination = Path.Combine(_filled.Folder.Root, "half");
        using var interrupt = new CancellationTokenSource();

        // A clock that stands: the copy waits after its first piece for as long as nobody moves it.
        var copying = StoreBackup.WriteAsync(
            checkpoint.Folder,
            destination,
            1,
            new FakeTimeProvider(),
            interrupt.Token
        );
        await interrupt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copying);
        Assert.False(StoreBackup.IsIn(destination));
        await Assert.ThrowsAsync<BackupException>(() => VerifyAsync(destination));
    }

    [Fact]
    public async Task The_copy_keeps_to_its_rate()
    {
        var time = new FakeTimeProvider();
        var pace = new CopyPace(1 << 20, time);

        // Each MiB at 1 MiB a second is done with its second and not before.
        for (var piece = 0; piece < 3; piece++)
        {
            var copied = pace.AfterAsync(1 << 20, Cancel);
            time.Advance(TimeSpan.FromMilliseconds(999));
            Assert.False(copied.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
            await copied.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        }

        // A disk that was slower than the rate is not held up further.
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(pace.AfterAsync(1 << 20, Cancel).IsCompleted);
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("truncate")]
    [InlineData("remove")]
    public async Task A_damaged_file_is_noticed_by_verify_and_by_restore(string damage)
    {
        string backup;
        using (var store = _filled.Folder.Open())
        {
            await _filled.FillAsync(store);
            backup = await _filled.BackUpAsync(store);
        }

        var table = Directory.GetFiles(Path.Combine(backup, "db"), "*.sst").MaxBy(f => new FileInfo(f).Length)!;
        await DamageAsync(table, damage);

        await Assert.ThrowsAsync<BackupException>(() => VerifyAsync(backup));
        var target = _filled.Target();
        // A file that is missing or short is noticed by RocksDB before the checksums are.
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => StoreRestore.RunAsync(backup, target, Cancel));
        Assert.True(refused is BackupException or StoreOpenException, refused.ToString());
        Assert.False(
            Directory.Exists(target.DataFolder) && Directory.EnumerateFileSystemEntries(target.DataFolder).Any()
        );
    }

    private static async Task DamageAsync(string file, string damage)
    {
        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        switch (damage)
        {
            case "flip":
                bytes[20] ^= 1;
                await File.WriteAllBytesAsync(file, bytes, Cancel);
                break;
            case "truncate":
                await File.WriteAllBytesAsync(file, bytes[..^1], Cancel);
                break;
            default:
                File.Delete(file);
                break;
        }
    }

    private static System.Text.Json.JsonElement JsonOf(string file) =>
        System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;

    private Task<StoreReport> VerifyAsync(string backup) =>
        StoreVerifier.VerifyBackupAsync(backup, _filled.Target(), _filled.Folder.Time, Cancel);
}
