using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Reading;
using Connect.Storage.RocksDb;
using Connect.Storage.RocksDb.Checks;
using Connect.Tests.Storage.Conformance;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>The embedded store deletes old entries by itself, a little each second, when it is told to.</summary>
public sealed class HistoryRetentionTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_the_setting_nothing_is_ever_deleted()
    {
        using var store = _folder.Open();
        await WriteAsync(store, conversations: 2);
        _folder.Time.Advance(TimeSpan.FromDays(3_000));
        for (var second = 0; second < 200; second++)
        {
            _folder.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(10, CountEntries(store));
    }

    [Fact]
    public async Task Old_entries_go_some_conversations_a_second_and_the_store_is_whole_at_every_moment()
    {
        _folder.Options = _folder.Options with
        {
            HistoryRetention = TimeSpan.FromDays(5),
            SweptConversationsPerSecond = 2,
        };
        using (var store = _folder.Open())
        {
            var talks = await WriteAsync(store, conversations: 5);
            _folder.Time.Advance(TimeSpan.FromDays(6));
            foreach (var talk in talks)
            {
                talk.Time = _folder.Time.GetUtcNow().ToUnixTimeMilliseconds();
                await talk.AppendAsync(_ben, "young");
            }

            await PassAsync(store, talks[0], () => CountFloors(store, talks) > 0);
            Assert.InRange(CountFloors(store, talks), 1, 2);
            Assert.Equal(30, CountEntries(store));

            // The floors are there, the rows go only a round later.
            await PassAsync(store, talks[0], () => CountFloors(store, talks) == 5);
            using (var copy = _folder.CopyAsAfterACrash())
            {
                Assert.Empty(Findings(copy));
            }

            await PassAsync(store, talks[0], () => CountEntries(store) == 5);
            Assert.Equal(["young"], await TextsAsync(store, talks[3]));
        }

        Assert.Empty(Findings(_folder));
        using var again = _folder.Open();
        Assert.Equal(5, CountEntries(again));
    }

    private async Task<Talk[]> WriteAsync(RocksDbStore store, int conversations)
    {
        var talks = new Talk[conversations];
        for (var i = 0; i < conversations; i++)
        {
            talks[i] = Talk.Between(store.Conversations, _anna, _ben);
            talks[i].Time = _folder.Time.GetUtcNow().ToUnixTimeMilliseconds();
            await talks[i].CreateAsync();
            await talks[i].AppendAsync(_anna, "a", "b", "c", "d");
        }

        return talks;
    }

    private async Task PassAsync(RocksDbStore store, Talk talk, Func<bool> until)
    {
        for (var second = 0; second < 300 && !until(); second++)
        {
            _folder.Time.Advance(TimeSpan.FromSeconds(1));

            // A write behind the sweep in the queue: when it is done, so is the sweep's.
            await store.Conversations.ClaimAsync(talk.Id);
            talk.Epoch++;
        }

        Assert.True(until(), "The sweep did not get there in 300 seconds.");
    }

    private static int CountFloors(RocksDbStore store, Talk[] talks)
    {
        var rows = (IConversationRows)store.Conversations;
        return talks.Count(talk => rows.ReadHeadAsync(talk.Id, default).AsTask().Result is { Floor: 5 });
    }

    private static int CountEntries(RocksDbStore store)
    {
        using var rows = store.Database.Iterate(store.Database.Entries);
        var count = 0;
        for (rows.SeekToFirst(); rows.Valid(); rows.Next())
        {
            count++;
        }

        return count;
    }

    private async Task<string[]> TextsAsync(RocksDbStore store, Talk talk)
    {
        var query = new HistoryQuery(0, 0, 0, 10, 1 << 20);
        var slice = await store.Reader.ReadHistoryAsync(_anna, talk.Id, query, TestContext.Current.CancellationToken);
        return [.. slice.Entries.Select(entry => System.Text.Encoding.UTF8.GetString(entry.Body.Span))];
    }

    private static IEnumerable<string> Findings(StoreFolder folder) =>
        StoreVerifier
            .VerifyData(folder.Options, renewWatermark: false, folder.Time)
            .Problems.Where(finding => !finding.Contains("without an index row", StringComparison.Ordinal));
}
