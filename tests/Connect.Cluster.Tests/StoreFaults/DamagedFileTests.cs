using System.Buffers.Binary;
using Connect.Contracts.Identifiers;
using Xunit;

namespace Connect.Cluster.Tests.StoreFaults;

/// <summary>
/// Files of the store are damaged or gone while the server is down: the next start refuses with words for an operator
/// and changes nothing, so that the file laid back brings everything back.
/// </summary>
[Collection(SeededStoreCases.Name)]
public sealed class DamagedFileTests(SeededStore seed)
{
    private const string Damaged = "may be damaged";
    private const string Lost = "Data was lost";

    [Fact]
    public async Task What_a_kill_leaves_is_served_whole()
    {
        await using var store = StoreCase.Of(seed);
        Assert.True(LogRecords.Find(File.ReadAllBytes(store.NewestLog)).Count > 10, "Too little is in the log.");
        Assert.NotEmpty(Directory.GetFiles(store.Database, "*.sst"));
        await store.ServesAllAsync();
    }

    [Theory]
    [InlineData("first", LogRecords.HeaderLength + 3, Damaged)]
    [InlineData("middle", LogRecords.HeaderLength + 3, Damaged)]
    [InlineData("last", LogRecords.HeaderLength + 3, Damaged)]
    [InlineData("last", LogRecords.LengthPlace + 1, Lost)]
    public async Task A_flipped_bit_in_the_log_is_a_refusal(string record, int place, string words)
    {
        await using var store = StoreCase.Of(seed);
        var records = LogRecords.Find(File.ReadAllBytes(store.NewestLog));
        var (start, length) = record switch
        {
            "first" => records[0],
            "middle" => records[records.Count / 2],
            _ => records[^1],
        };
        Assert.True(place < length, "Not in this record.");
        store.Flip(store.NewestLog, start + place);

        await store.RefusesAsync(words, store.DataFolder);
        store.Undo();
        await store.HoldsAllAsync();
    }

    [Theory]
    [InlineData("gone", Damaged)]
    [InlineData("without its last record", Lost)]
    [InlineData("without half of its last record", Lost)]
    [InlineData("half", Lost)]
    public async Task A_log_that_is_gone_or_cut_off_is_a_refusal(string left, string words)
    {
        await using var store = StoreCase.Of(seed);
        store.Damage(
            store.NewestLog,
            bytes =>
            {
                var records = LogRecords.Find(bytes);
                var (start, length) = records[^1];
                return left switch
                {
                    "gone" => null,
                    "without its last record" => bytes[..start],
                    "without half of its last record" => bytes[..(start + (length / 2))],
                    _ => bytes[..records[records.Count / 2].Start],
                };
            }
        );

        await store.RefusesAsync(words, "Restore ");
        store.Undo();
        await store.HoldsAllAsync();
    }

    [Theory]
    [InlineData("CURRENT", Lost)]
    [InlineData("MANIFEST-*", Damaged)]
    [InlineData("*.sst", Damaged)]
    public async Task A_file_that_is_gone_is_a_refusal(string pattern, string words)
    {
        await using var store = StoreCase.Of(seed);
        var file = Directory.GetFiles(store.Database, pattern).Order(StringComparer.Ordinal).Last();
        store.Damage(file, _ => null);

        await store.RefusesAsync(words, store.Database);
        store.Undo();
        await store.HoldsAllAsync();
    }

    [Fact]
    public async Task A_table_that_is_cut_off_is_a_refusal()
    {
        await using var store = StoreCase.Of(seed);
        var file = Directory.GetFiles(store.Database, "*.sst").Order(StringComparer.Ordinal).Last();
        store.Damage(file, bytes => bytes[..(bytes.Length / 2)]);

        await store.RefusesAsync(Damaged, Path.GetFileName(file));
        store.Undo();
        await store.HoldsAllAsync();
    }

    /// <remarks>
    /// The list is a log as well, and RocksDB reads it up to where it ends: without its last records the database
    /// would be an older one. Nothing may be missing then from a store that opens.
    /// </remarks>
    [Fact]
    public async Task A_list_of_files_that_is_cut_off_anywhere_is_a_refusal()
    {
        await using var store = StoreCase.Of(seed);
        var list = Directory.GetFiles(store.Database, "MANIFEST-*").Single();
        var records = LogRecords.Find(File.ReadAllBytes(list));
        Assert.True(records.Count > 20, $"{records.Count} records.");
        var before = store.Kept();
        foreach (var (start, _) in records)
        {
            store.Damage(list, bytes => bytes[..start]);
            Assert.Null(await store.LackAsync());
            store.Undo();
            Assert.True(before.SequenceEqual(store.Kept()), $"Cut at {start}, the refusal changed files.");
        }

        store.Damage(list, bytes => bytes[..^1]);
        await store.RefusesAsync(Lost, list, "Restore the missing files or a backup.");
        store.Undo();
        await store.HoldsAllAsync();
    }

    [Fact]
    public async Task A_database_that_is_gone_as_a_whole_is_no_new_one()
    {
        await using var store = StoreCase.Of(seed);
        foreach (var file in Directory.GetFiles(store.Database))
        {
            store.Damage(file, _ => null);
        }

        await store.RefusesAsync(Lost, store.Witness);
        store.Undo();
        await store.HoldsAllAsync();
    }

    [Fact]
    public async Task A_flipped_bit_in_a_table_is_an_error_to_the_reader_and_never_a_gap()
    {
        await using var store = StoreCase.Of(seed);
        // The lower id: its first row begins a block, and only there is a key written in full.
        var (id, text) = seed
            .Acked.Keys.Select(each => (ConversationId.TryParse(each, out var parsed) ? parsed.Value : 0, each))
            .Min();
        var key = new byte[24];
        BinaryPrimitives.WriteUInt128BigEndian(key, id);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(16), 1);
        var (table, place) = Directory
            .GetFiles(store.Database, "*.sst")
            .Select(file => (file, File.ReadAllBytes(file).AsSpan().IndexOf(key)))
            .Single(found => found.Item2 >= 0);
        store.Flip(table, place + key.Length + 20);

        await store.StartAsync();
        var (status, problem) = await store.ReadAsync(text);
        Assert.Equal(500, (int)status);
        Assert.Equal((int)Protocol.ErrorCode.Internal, problem.GetProperty("code").GetInt32());
        await store.KillAsync();
        var (code, said) = await store.RunAsync("verify");
        TestContext.Current.TestOutputHelper!.WriteLine(said);
        Assert.Equal(1, code);
        Assert.Contains("DAMAGED", said, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(table), said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_database_beside_a_newer_witness_is_a_refusal()
    {
        await using var store = StoreCase.Of(seed, seed.Early);
        store.Damage(store.Witness, _ => File.ReadAllBytes(Path.Combine(seed.Killed, "data", "witness")));

        await store.RefusesAsync(Lost, store.Witness, "Restore the missing files or a backup.");
    }

    [Fact]
    public async Task A_missing_witness_is_a_refusal_until_somebody_vouches_for_the_database()
    {
        await using var store = StoreCase.Of(seed);
        store.Damage(store.Witness, _ => null);

        await store.RefusesAsync(store.Witness, "missing or not readable", "verify --renew-witness");
        Assert.False(File.Exists(store.Witness), "The start made a witness.");
        var (code, said) = await store.RunAsync("verify", "--renew-witness");
        Assert.True(code == 0, said);
        await store.ServesAllAsync();
    }

    /// <remarks>A crash leaves that: the witness is synced each second only.</remarks>
    [Fact]
    public async Task An_older_witness_loses_nothing()
    {
        await using var store = StoreCase.Of(seed);
        store.Damage(store.Witness, _ => File.ReadAllBytes(Path.Combine(seed.Early, "data", "witness")));
        await store.ServesAllAsync();
    }

    [Fact]
    public async Task A_second_process_is_refused_and_disturbs_nothing()
    {
        await using var store = StoreCase.Of(seed);
        await store.StartAsync();
        foreach (var command in new[] { Array.Empty<string>(), ["verify"] })
        {
            var (code, said) = await store.RunAsync(command);
            Assert.True(code == 1, $"{code} {said}");
            Assert.Contains("in use by another process. Only one may open it.", said, StringComparison.Ordinal);
        }

        await store.ReadsAllAsync();
        await store.KillAsync();
        await store.HoldsAllAsync();
    }
}
