using Connect.Contracts.Identifiers;
using Connect.Storage.Reading;
using Connect.Storage.RocksDb;
using Connect.Tests.Gateway;
using Connect.Tests.Storage.Conformance;
using RocksDbSharp;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>A pass of the sweep costs what there is to delete, and no restart makes it begin anew.</summary>
public sealed class RetentionCostTests : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(5);

    private readonly StoreFolder _folder = new();
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    public void Dispose() => _folder.Dispose();

    private long Now => _folder.Time.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task A_pass_reads_what_is_due_whatever_else_there_is()
    {
        using var store = _folder.Open();
        await WriteAsync(store, 40, age: 6);
        await WriteAsync(store, 20, age: 0);
        var small = await PassAsync(store);
        Assert.Equal(40, small.Raised);

        // The rows that the first pass declared deleted go with the second.
        await PassAsync(store);
        await WriteAsync(store, 40, age: 6);
        await WriteAsync(store, 4_000, age: 1);
        var large = await PassAsync(store);

        Assert.Equal(small, large);
        Assert.Equal(0, (await PassAsync(store)).Opened);
        Assert.Equal(new Pass(Raised: 0, Calls: 3, Opened: 0, Read: 1), await PassAsync(store));
    }

    [Fact]
    public async Task A_pass_goes_on_after_a_restart_where_it_was()
    {
        using (var store = _folder.Open())
        {
            await WriteAsync(store, 30, age: 6);
            await WriteAsync(store, 30, age: 1);
            Assert.Equal(10, await new HistorySweep(Rows(store)).StepAsync(10, Kept, Now));
        }

        using var copy = _folder.CopyAsAfterACrash();
        using var again = copy.Open();
        var pass = await PassAsync(again);
        Assert.Equal((20, 80), (pass.Raised, pass.Opened));
        await PassAsync(again);
        Assert.Equal(30 + (30 * 2), CountEntries(again));
    }

    [Fact]
    public async Task A_store_of_an_earlier_format_is_given_its_rows_through_restarts_and_then_swept()
    {
        using (var store = _folder.Open())
        {
            await WriteAsync(store, 30, age: 6);
            AsAnEarlierFormat(store);
            Assert.Equal(0, await new HistorySweep(Rows(store)).StepAsync(2, Kept, Now));
            Assert.False(store.Tables.Dues.AllPlaced);
            Assert.Equal(8, CountDues(store));
        }

        using var again = _folder.Open();
        // Conversations that begin meanwhile need no walk.
        await WriteAsync(again, 5, age: 6);
        var sweep = new HistorySweep(Rows(again));
        var raised = 0;
        for (var step = 0; step < 40; step++)
        {
            raised += await sweep.StepAsync(2, Kept, Now);
        }

        Assert.True(again.Tables.Dues.AllPlaced);
        Assert.Equal(35, raised);
        await PassAsync(again);
        Assert.Equal(35, CountEntries(again));
    }

    [Fact]
    public async Task A_conversation_that_cannot_be_read_holds_up_no_other()
    {
        using var store = _folder.Open();
        var damaged = (await WriteAsync(store, 1, age: 9))[0];
        await WriteAsync(store, 5, age: 6);
        using (var batch = new WriteBatch())
        {
            var key = new byte[Connect.Storage.Rows.RowKeys.EntryLength];
            Connect.Storage.Rows.RowKeys.Entry(key, damaged.Id, 1);
            batch.Delete(key, store.Database.Entries);
            store.Database.Write(batch);
        }

        Assert.Equal(5, await new HistorySweep(Rows(store)).StepAsync(100, Kept, Now));
    }

    /// <summary>How fast it is: <c>-class …RetentionCostTests -explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public async Task Conversations_a_second()
    {
        const int Count = 60_000;
        using var store = _folder.Open();
        await WriteAsync(store, Count, age: 6);
        foreach (var what in new[] { "declared deleted", "deleted", "nothing due" })
        {
            var start = TimeProvider.System.GetTimestamp();
            var pass = await PassAsync(store);
            var took = TimeProvider.System.GetElapsedTime(start);
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{what}: {pass} in {took}, {Count / took.TotalSeconds:N0} conversations a second"
            );
        }

        AsAnEarlierFormat(store);
        var walk = TimeProvider.System.GetTimestamp();
        Assert.True(await Rows(store).PlaceAsync(2 * Count));
        var walked = TimeProvider.System.GetElapsedTime(walk);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"walk: {walked}, {Count / walked.TotalSeconds:N0} conversations a second"
        );
    }

    private static IRetainedRows Rows(RocksDbStore store) => (IRetainedRows)store.Conversations;

    /// <summary>A pass to its end, and what it did.</summary>
    private async Task<Pass> PassAsync(RocksDbStore store)
    {
        _folder.Time.Advance(HistorySweep.RoundPause);
        var calls = 0;
        var rows = CountingProxy.Create(Rows(store), () => Interlocked.Increment(ref calls));
        var (opened, read) = (store.Tables.EntriesOpened, store.Tables.Dues.RowsRead);
        var sweep = new HistorySweep(rows);
        var raised = 0;
        do
        {
            raised += await sweep.StepAsync(int.MaxValue / 8, Kept, Now);
        } while (sweep.IsUnderWay);

        return new(raised, calls, store.Tables.EntriesOpened - opened, store.Tables.Dues.RowsRead - read);
    }

    /// <summary>Conversations of two entries of that age and one that is new.</summary>
    private async Task<Talk[]> WriteAsync(RocksDbStore store, int count, int age)
    {
        var talks = new Talk[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = 256 },
            async (i, _) =>
            {
                var talk = talks[i] = Talk.Between(store.Conversations, _anna, _ben);
                talk.Time = Now - (long)TimeSpan.FromDays(age).TotalMilliseconds;
                await talk.CreateAsync();
                await talk.AppendAsync(_anna, "second");
                if (age > 1)
                {
                    talk.Time = Now;
                    await talk.AppendAsync(_ben, "young");
                }
            }
        );
        return talks;
    }

    private static void AsAnEarlierFormat(RocksDbStore store)
    {
        using var batch = new WriteBatch();
        using var rows = store.Database.Iterate(store.Database.Dues);
        for (rows.SeekToFirst(); rows.Valid(); rows.Next())
        {
            batch.Delete(rows.Key(), store.Database.Dues);
        }

        batch.Delete("dues"u8.ToArray(), store.Database.Meta);
        store.Database.Write(batch);
        store.Tables.Dues.Forget();
    }

    private static int CountDues(RocksDbStore store) => Count(store, store.Database.Dues);

    private static int CountEntries(RocksDbStore store) => Count(store, store.Database.Entries);

    private static int Count(RocksDbStore store, ColumnFamilyHandle table)
    {
        using var rows = store.Database.Iterate(table);
        var count = 0;
        for (rows.SeekToFirst(); rows.Valid(); rows.Next())
        {
            count++;
        }

        return count;
    }

    /// <param name="Raised">Conversations with a higher floor.</param>
    /// <param name="Calls">Questions to the store and writes.</param>
    /// <param name="Opened">Entries opened.</param>
    /// <param name="Read">Due rows read.</param>
    private sealed record Pass(int Raised, int Calls, long Opened, long Read);
}
