using Connect.Contracts.Storage;
using Connect.Storage;
using Connect.Storage.RocksDb.Backups;
using Connect.Tests.Storage.Conformance;
using Xunit;

namespace Connect.Tests.Storage.RocksDb.Backups;

/// <summary>A restored store has all of the backup, is a new life of it, and fences writers of the lost time.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly FilledStore _filled = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _filled.Dispose();

    [Fact]
    public async Task A_restored_store_has_everything_of_the_backup_and_nothing_after_it()
    {
        using var store = _filled.Folder.Open();
        await _filled.FillAsync(store);
        var before = await EntriesAsync(store.Reader);
        var backup = await _filled.BackUpAsync(store);
        await _filled.Talk.AppendAsync(_filled.Anna, "lost by the restore");

        var summary = await StoreRestore.RunAsync(backup, _filled.Target(), Cancel);

        Assert.Equal((2, _filled.Folder.KeyFile), (summary.Conversations, summary.KeyFile));
        var report = _filled.Verify(_filled.Target());
        Assert.True(report.IsSound, string.Join('\n', report.Problems));
        using var restored = _filled.Open(_filled.Target());
        Assert.Equal(before, await EntriesAsync(restored.Reader));
        Assert.Equal(_filled.Anna, (await restored.Users.FindByUsernameAsync("anna-anna", Cancel))!.User);
    }

    [Fact]
    public async Task It_is_a_new_life_whose_epochs_are_above_those_of_every_earlier_writer()
    {
        using var store = _filled.Folder.Open();
        await _filled.FillAsync(store);
        var backup = await _filled.BackUpAsync(store);
        var late = (await store.Conversations.ClaimAsync(_filled.Talk.Id))!;
        await StoreRestore.RunAsync(backup, _filled.Target(), Cancel);
        using var restored = _filled.Open(_filled.Target());

        var snapshot = (await restored.Conversations.LoadAsync(_filled.Talk.Id))!;

        Assert.True(snapshot.Epoch > late.Epoch);
        Assert.NotEqual(store.Incarnation, restored.Incarnation);
        var stale = _filled.Talk.Commit(_filled.Talk.Message(_filled.Talk.NextSeq, _filled.Anna, "stale"));
        foreach (var epoch in new[] { late.Epoch - 1, late.Epoch })
        {
            var commit = stale with { Epoch = epoch, ExpectedEpoch = epoch };
            Assert.Equal(CommitStatus.Fenced, (await restored.Conversations.CommitAsync(commit)).Status);
        }

        var mine = stale with { ExpectedEpoch = snapshot.Epoch, Epoch = snapshot.Epoch + 1 };
        Assert.Equal(CommitStatus.Committed, (await restored.Conversations.CommitAsync(mine)).Status);
    }

    [Fact]
    public async Task A_life_lasts_over_restarts_and_each_restore_begins_another()
    {
        string backup;
        string first;
        using (var store = _filled.Folder.Open())
        {
            await _filled.FillAsync(store);
            backup = await _filled.BackUpAsync(store);
            first = store.Incarnation;
        }

        var lives = new HashSet<string> { first };
        using (var store = _filled.Folder.Open())
        {
            Assert.Equal(first, store.Incarnation);
        }

        foreach (var name in new[] { "one", "two" })
        {
            await StoreRestore.RunAsync(backup, _filled.Target(name), Cancel);
            using var restored = _filled.Open(_filled.Target(name));
            Assert.True(lives.Add(restored.Incarnation));
        }
    }

    [Fact]
    public async Task The_witness_of_a_restored_store_notices_what_is_lost_later()
    {
        var backup = await BackUpAndCloseAsync();
        await StoreRestore.RunAsync(backup, _filled.Target(), Cancel);
        using (var restored = _filled.Open(_filled.Target()))
        {
            await Talk.Between(restored.Conversations, _filled.Anna, _filled.Ben).CreateAsync();
        }

        await StoreRestore.RunAsync(backup, _filled.Target("again"), Cancel);
        File.Copy(
            Path.Combine(_filled.Target().DataFolder, "witness"),
            Path.Combine(_filled.Target("again").DataFolder, "witness"),
            overwrite: true
        );

        var refused = Assert.Throws<StoreOpenException>(() => _filled.Open(_filled.Target("again")));
        Assert.StartsWith("Data was lost", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_empty_is_refused_and_left_as_it_is()
    {
        var backup = await BackUpAndCloseAsync();
        var options = _filled.Folder.Options with { KeyFile = _filled.Folder.KeyFile };

        var refused = await Assert.ThrowsAsync<BackupException>(() => StoreRestore.RunAsync(backup, options, Cancel));

        Assert.Contains("not empty", refused.Message, StringComparison.Ordinal);
        Assert.True(_filled.Verify(options).IsSound);
    }

    [Fact]
    public async Task Foreign_and_missing_keys_are_refused_and_none_are_made()
    {
        var backup = await BackUpAndCloseAsync();
        using var other = new StoreFolder();
        other.Open().Dispose();
        var missing = Path.Combine(_filled.Folder.Root, "none.keys");

        var foreign = await Assert.ThrowsAsync<StoreOpenException>(() =>
            StoreRestore.RunAsync(backup, _filled.Target() with { KeyFile = other.KeyFile }, Cancel)
        );
        var absent = await Assert.ThrowsAsync<StoreOpenException>(() =>
            StoreRestore.RunAsync(backup, _filled.Target() with { KeyFile = missing }, Cancel)
        );

        Assert.Contains("does not belong to this store", foreign.Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", absent.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(missing));
        Assert.False(Directory.Exists(_filled.Target().DataFolder));
    }

    [Fact]
    public async Task A_restore_that_was_cut_off_does_not_open()
    {
        var backup = await BackUpAndCloseAsync();
        Directory.CreateDirectory(Path.Combine(_filled.Target().DataFolder, "restoring"));

        var refused = Assert.Throws<StoreOpenException>(() => _filled.Open(_filled.Target()));
        await Assert.ThrowsAsync<BackupException>(() => StoreRestore.RunAsync(backup, _filled.Target(), Cancel));

        Assert.Contains("was interrupted", refused.Message, StringComparison.Ordinal);
    }

    private async Task<string> BackUpAndCloseAsync()
    {
        using var store = _filled.Folder.Open();
        await _filled.FillAsync(store);
        return await _filled.BackUpAsync(store);
    }

    private async Task<string> EntriesAsync(IConversationReader reader)
    {
        var slice = await reader.ReadAfterAsync(_filled.Ben, _filled.Talk.Id, new(0, 0, 1_000, 1 << 20), Cancel);
        Assert.True(slice.Entries.Length > 50);
        return string.Join(
            '\n',
            slice.Entries.Select(e => $"{e.Seq} {e.Time} {e.Cid} {Convert.ToHexString(e.Body.Span)}")
        );
    }
}
