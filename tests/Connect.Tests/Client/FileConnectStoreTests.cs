using System.Runtime.Versioning;
using Connect.Client.Stores;
using Xunit;

namespace Connect.Tests.Client;

/// <summary>The file store: nothing confirmed is lost, wherever the journal is torn.</summary>
public sealed class FileConnectStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "connect-" + Path.GetRandomFileName());

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_was_saved_is_there_after_opening_again()
    {
        await using (var store = new FileConnectStore(_folder))
        {
            await SaveAsync(store, Batch(1));
            await SaveAsync(
                store,
                new StoreBatch
                {
                    Account = new("u", "name", "d"),
                    RefreshToken = "secret",
                    Outbox = [new(7, "c", "to", "cid", "text", 3, false), new(8, "c", "", "cid8", "t", 0, true)],
                    OutboxRemoved = [1, 8],
                    Marks = [new("c", 5, 4, 3, 2)],
                    Directs = [new("bob", "u-bob", "c")],
                    Consumed = [new("c", 0, 1)],
                }
            );
        }

        await using var again = new FileConnectStore(_folder);
        var state = await again.LoadAsync(Cancelled);
        Assert.Equal(new StoredAccount("u", "name", "d"), state.Account);
        Assert.Equal("secret", state.RefreshToken);
        Assert.Equal([new OutboxMessage(7, "c", "to", "cid", "text", 3, false)], state.Outbox);
        Assert.Equal([new StoredMark("c", 5, 4, 3, 2)], state.Marks);
        Assert.Equal([new StoredDirect("bob", "u-bob", "c")], state.Directs);
        Assert.Equal([new StoredPosition("c", 3, 1)], state.Positions);
        var items = await again.ReadAsync("c", 1, 10, Cancelled);
        Assert.Equal([2, 3], items.Select(item => item.From));
        Assert.Equal(PositionTrackerTests.Item(2), items[0]);
    }

    [Fact]
    public async Task A_journal_cut_at_any_byte_opens_with_every_record_that_is_whole()
    {
        var ends = new List<long>();
        var file = Path.Combine(_folder, "journal");
        await using (var store = new FileConnectStore(_folder))
        {
            ends.Add(new FileInfo(file).Length);
            for (var index = 1; index <= 3; index++)
            {
                await SaveAsync(store, Batch(index));
                ends.Add(new FileInfo(file).Length);
            }
        }

        var whole = await File.ReadAllBytesAsync(file, Cancelled);
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            await File.WriteAllBytesAsync(file, whole[..cut], Cancelled);
            await using var store = new FileConnectStore(_folder);
            var records = Math.Max(0, ends.FindLastIndex(end => end <= cut));
            await HasAsync(store, records);

            // It goes on from there.
            await SaveAsync(store, Batch(records + 1));
            await HasAsync(store, records + 1);
        }
    }

    [Fact]
    public async Task A_flipped_bit_ends_the_journal_before_its_record()
    {
        var file = Path.Combine(_folder, "journal");
        await using (var store = new FileConnectStore(_folder))
        {
            await SaveAsync(store, Batch(1));
            await SaveAsync(store, Batch(2));
        }

        var bytes = await File.ReadAllBytesAsync(file, Cancelled);
        bytes[^3] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancelled);
        await using var again = new FileConnectStore(_folder);
        await HasAsync(again, 1);
    }

    [Fact]
    public async Task A_file_of_something_else_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(_folder);
        var file = Path.Combine(_folder, "journal");
        await File.WriteAllTextAsync(file, "a diary of somebody", Cancelled);
        Assert.Throws<InvalidDataException>(() => new FileConnectStore(_folder));
        Assert.Equal("a diary of somebody", await File.ReadAllTextAsync(file, Cancelled));
    }

    [Fact]
    public async Task Rewriting_keeps_the_contents_and_bounds_the_file()
    {
        await using (var store = new FileConnectStore(_folder, smallestRewrite: 4_096))
        {
            for (var id = 1; id <= 500; id++)
            {
                await SaveAsync(store, new StoreBatch { Outbox = [new(id, "c", "", $"cid-{id}", "text", 0, false)] });
                await SaveAsync(store, new StoreBatch { OutboxRemoved = [id] });
            }

            await SaveAsync(store, Batch(1));
        }

        Assert.InRange(new FileInfo(Path.Combine(_folder, "journal")).Length, 1, 20_000);
        await using var again = new FileConnectStore(_folder);
        Assert.Equal(1, Assert.Single((await again.LoadAsync(Cancelled)).Outbox).Id);
        await HasAsync(again, 1);
    }

    [Fact]
    public async Task Rewriting_forgets_old_items_the_application_has_taken_but_never_the_position()
    {
        await using (var store = new FileConnectStore(_folder, smallestRewrite: 64 * 1024))
        {
            for (var seq = 1; seq <= 5_000; seq++)
            {
                await SaveAsync(store, new StoreBatch { Items = [PositionTrackerTests.Item(seq)] }, durable: false);
                await SaveAsync(store, new StoreBatch { Consumed = [new("c", 0, seq)] }, durable: false);
            }
        }

        await using var again = new FileConnectStore(_folder);
        var position = Assert.Single((await again.LoadAsync(Cancelled)).Positions);
        Assert.Equal(new StoredPosition("c", 5_000, 5_000), position);
        var kept = await again.ReadAsync("c", 0, int.MaxValue, Cancelled);
        Assert.InRange(kept.Count, 2_000, 4_900);
        Assert.Equal(5_000, kept[^1].To);
    }

    [Fact]
    public async Task A_second_opening_is_refused_while_the_first_lasts()
    {
        await using (var store = new FileConnectStore(_folder))
        {
            Assert.Throws<IOException>(() => new FileConnectStore(_folder));
        }

        await using var again = new FileConnectStore(_folder);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Folder_and_files_are_for_their_owner_only()
    {
        await using var store = new FileConnectStore(_folder);
        await SaveAsync(store, Batch(1));
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        Assert.All(Directory.GetFiles(_folder), name => Assert.Equal(file, File.GetUnixFileMode(name)));
    }

    [Fact]
    public void A_record_without_a_field_of_today_reads_as_nothing_there()
    {
        var read = new List<StoreBatch>();
        byte[] record = Record("{\"refreshToken\":\"r\"}");
        JournalFormat.ReadAll([.. JournalFormat.Header, .. record], read.Add);
        var batch = Assert.Single(read);
        Assert.Empty(batch.Items);
        Assert.Empty(batch.Outbox);
        Assert.Equal("r", batch.RefreshToken);
    }

    private static byte[] Record(string json) => JournalFormat.Frame(System.Text.Encoding.UTF8.GetBytes(json));

    private static StoreBatch Batch(int index) =>
        new()
        {
            Items =
            [
                PositionTrackerTests.Item((index * 3) - 2),
                PositionTrackerTests.Item((index * 3) - 1),
                PositionTrackerTests.Item(index * 3),
            ],
            Outbox = [new(index, "c", "", $"cid-{index}", "text", 0, false)],
        };

    private static async Task SaveAsync(FileConnectStore store, StoreBatch batch, bool durable = true) =>
        await store.SaveAsync(batch, durable, Cancelled);

    private static async Task HasAsync(FileConnectStore store, int records)
    {
        var state = await store.LoadAsync(Cancelled);
        Assert.Equal(records * 3, state.Positions.SingleOrDefault()?.Held ?? 0);
        var items = await store.ReadAsync("c", 0, 100, Cancelled);
        Assert.Equal(Enumerable.Range(1, records * 3).Select(seq => (long)seq), items.Select(item => item.To));
    }
}
