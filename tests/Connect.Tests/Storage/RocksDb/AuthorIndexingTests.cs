using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.RocksDb;
using Connect.Storage.RocksDb.Checks;
using Connect.Storage.Rows;
using Connect.Tests.Storage.Conformance;
using RocksDbSharp;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>The index of authors: what a count costs, and how a store of an earlier format gets one.</summary>
public sealed class AuthorIndexingTests : IDisposable
{
    private static readonly byte[] Format = "format"u8.ToArray();
    private static readonly byte[] Cursor = "authors"u8.ToArray();

    private readonly StoreFolder _folder = new();
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1_000)]
    [InlineData(10_000)]
    public async Task A_mark_far_behind_the_head_costs_two_searches_and_one_entry_whatever_the_distance(int distance)
    {
        using var store = _folder.Open();
        var talk = await WriteAsync(store, distance + 1);
        var (searches, opened) = (store.Tables.Authors.Searches, store.Tables.EntriesOpened);

        var counts = await store.Conversations.CountAsync(talk.Id, _ben, 1);

        Assert.Equal(new MarkCounts(1, (distance + 1) / 3), counts);
        Assert.Equal(2, store.Tables.Authors.Searches - searches);
        Assert.Equal(1, store.Tables.EntriesOpened - opened);
    }

    [Fact]
    public async Task A_commit_goes_on_counting_without_a_search()
    {
        using var store = _folder.Open();
        var talk = await WriteAsync(store, 10);
        var searches = store.Tables.Authors.Searches;
        await talk.AppendAsync(_ben, "1", "2", "3");
        Assert.Equal(searches, store.Tables.Authors.Searches);
    }

    [Fact]
    public async Task A_count_in_a_store_of_an_earlier_format_indexes_a_bounded_part_at_a_time_and_is_right()
    {
        Talk talk;
        using (var store = _folder.Open())
        {
            talk = await WriteAsync(store, 5_000);
        }

        MakeEarlier(_folder);
        using var later = _folder.Open();
        talk = Again(later, talk);
        var asked = 0;
        MarkCounts? counts = null;
        while (counts is null && asked++ < 20)
        {
            var opened = later.Tables.EntriesOpened;
            counts = await later.Conversations.CountAsync(talk.Id, _ben, 2);
            Assert.InRange(later.Tables.EntriesOpened - opened, 0, AuthorIndexing.PartEntries + 64 + 1);

            // Messages go on meanwhile, and are counted as well.
            await talk.AppendAsync(_ben, "meanwhile");
        }

        Assert.Equal(5, asked);
        Assert.Equal(new MarkCounts(2, 5_000 / 3 + asked - 1), counts);
        Assert.Equal(new MarkCounts(2, 5_000 / 3 + asked), await later.Conversations.CountAsync(talk.Id, _ben, 2));
    }

    [Fact]
    public async Task A_store_of_an_earlier_format_is_indexed_in_the_background_through_a_crash()
    {
        _folder.Options = _folder.Options with { IndexedEntriesPerSecond = 2_000 };
        var talks = new Talk[70];
        using (var store = _folder.Open())
        {
            for (var i = 0; i < talks.Length; i++)
            {
                talks[i] = await WriteAsync(store, i == 50 ? 3_000 : 30);
            }
        }

        MakeEarlier(_folder);
        Assert.Empty(Findings(_folder));
        StoreFolder crashed;
        using (var store = _folder.Open())
        {
            Assert.False(store.Tables.Authors.AllIndexed);
            talks[0] = Again(store, talks[0]);
            await PassAsync(store, talks[0], () => store.Tables.Authors.ProgressOf(talks[50].Id).Through > 0);
            Assert.False(store.Tables.Authors.AllIndexed);
            await talks[0].AppendAsync(_ben, "in the middle");
            crashed = _folder.CopyAsAfterACrash();
        }

        using var copy = crashed;
        copy.Options = copy.Options with { IndexedEntriesPerSecond = 2_000 };
        Assert.Empty(Findings(copy));
        using (var store = copy.Open())
        {
            Assert.True(store.Tables.Authors.ProgressOf(talks[50].Id).Through > 0, "The progress was lost.");
            talks[0] = Again(store, talks[0]);
            var late = await WriteAsync(store, 5);
            await PassAsync(store, talks[0], () => store.Tables.Authors.AllIndexed, copy);
            foreach (var talk in talks)
            {
                var own = (talk == talks[50] ? 3_000 : 30) / 3 + (talk.Id == talks[0].Id ? 1 : 0);
                Assert.Equal(new MarkCounts(1, own), await store.Conversations.CountAsync(talk.Id, _ben, 1));
            }

            await late.AppendAsync(_ben, "late");
            Assert.Equal(new MarkCounts(1, 2), await store.Conversations.CountAsync(late.Id, _ben, 1));
        }

        Assert.Empty(Findings(copy));
        Assert.Empty(RowsOfProgress(copy));
    }

    [Fact]
    public async Task A_conversation_that_fails_stays_behind_and_all_others_are_indexed()
    {
        var talks = new List<Talk>();
        using (var store = _folder.Open())
        {
            // More than one round of them.
            for (var i = 0; i < 140; i++)
            {
                talks.Add(await WriteAsync(store, 3));
            }
        }

        MakeEarlier(_folder);
        using var later = _folder.Open();
        talks.Sort((one, other) => one.Id.CompareTo(other.Id));
        var kept = WriteHead(later, talks[0].Id, [0]);
        var busy = Again(later, talks[^1]);
        await PassAsync(later, busy, () => talks[1..].TrueForAll(each => later.Tables.Authors.IsIndexed(each.Id)));
        Assert.False(later.Tables.Authors.IsIndexed(talks[0].Id));
        Assert.False(later.Tables.Authors.AllIndexed);

        WriteHead(later, talks[0].Id, kept);
        await PassAsync(later, busy, () => later.Tables.Authors.AllIndexed);
        foreach (var talk in talks)
        {
            Assert.Equal(new MarkCounts(1, 1), await later.Conversations.CountAsync(talk.Id, _ben, 1));
        }
    }

    [Fact]
    public async Task A_backup_of_an_earlier_format_is_looked_at_before_anything_creates_the_table()
    {
        Talk talk;
        using (var store = _folder.Open())
        {
            talk = await WriteAsync(store, 5);
        }

        MakeEarlier(_folder);
        using (var database = Database.OpenReadOnly(Path.Combine(_folder.Data, "db"), _folder.Options))
        {
            Assert.False(database.HasAuthors);
            StoreFormat.Require(database);
        }

        using var later = _folder.Open();
        Assert.Equal([2], later.Database.Get(later.Database.Meta, Format));
        Assert.Equal(new MarkCounts(1, 1), await later.Conversations.CountAsync(talk.Id, _ben, 1));
    }

    [Fact]
    public async Task Rows_go_with_their_conversation()
    {
        using var store = _folder.Open();
        var talk = await WriteAsync(store, 10);
        Assert.Equal(10, CountRows(store));
        await talk.MustCommitAsync(
            talk.Commit() with
            {
                Members = [new(_anna, MemberRole.None, [new(1, 10)], default)],
                Closes = true,
            }
        );
        Assert.Equal(0, CountRows(store));
    }

    [Fact]
    public async Task A_row_that_is_missing_or_counts_wrong_is_found()
    {
        using (var store = _folder.Open())
        {
            var talk = await WriteAsync(store, 9);
            using var batch = new WriteBatch();
            var author = Assert.Single(
                store.Tables.Authors.ReadAuthors(talk.Id),
                each => store.Tables.Authors.Find(talk.Id, each, 3) is not null
            );
            store.Tables.Authors.Put(batch, talk.Id, author, 6, 7);
            var other = store.Tables.Authors.ReadAuthors(talk.Id).Single(each => each != author);
            var key = new byte[RowKeys.AuthorLength];
            RowKeys.Author(key, talk.Id, other, 4);
            batch.Delete(key, store.Database.Authors);
            store.Database.Write(batch);
        }

        Assert.Contains(Findings(_folder), each => each.Contains("entry 6: its author", StringComparison.Ordinal));
        Assert.Contains(Findings(_folder), each => each.Contains("entry 4: its author", StringComparison.Ordinal));
        Assert.Contains(Findings(_folder), each => each.Contains("9 messages and 8 rows", StringComparison.Ordinal));
    }

    /// <summary>A conversation in which each third message is Ben's.</summary>
    private async Task<Talk> WriteAsync(RocksDbStore store, int messages)
    {
        var talk = Talk.Between(store.Conversations, _anna, _ben);
        talk.Time = _folder.Time.GetUtcNow().ToUnixTimeMilliseconds() - 100_000;
        await talk.CreateAsync("group");
        while (talk.NextSeq <= messages)
        {
            var count = (int)Math.Min(250, messages - talk.NextSeq + 1);
            await talk.MustCommitAsync(
                talk.Commit([
                    .. Enumerable
                        .Range(0, count)
                        .Select(i => talk.NextSeq + i)
                        .Select(seq => talk.Message(seq, seq % 3 == 0 ? _ben : _anna, "text")),
                ])
            );
        }

        return talk;
    }

    /// <summary>The same conversation in a store that was opened anew.</summary>
    private static Talk Again(RocksDbStore store, Talk talk)
    {
        var known = store.Conversations.LoadAsync(talk.Id).AsTask().Result!;
        return new(store.Conversations, talk.Id)
        {
            Epoch = known.Epoch,
            NextSeq = known.NextSeq,
            Messages = known.Messages,
            Time = known.LastTime + 1,
        };
    }

    /// <summary>What an earlier version would have left: no table of authors, and its format.</summary>
    private static void MakeEarlier(StoreFolder folder)
    {
        var kept = new List<object>();
        using var database = RocksDbSharp.RocksDb.Open(
            DatabaseOptions.ForDatabase(folder.Options),
            Path.Combine(folder.Data, "db"),
            DatabaseOptions.ForTables(folder.Options, kept)
        );
        database.DropColumnFamily("authors");
        database.Put(Format, new byte[] { 1 }, database.GetColumnFamily("meta"));
        GC.KeepAlive(kept);
    }

    private async Task PassAsync(RocksDbStore store, Talk talk, Func<bool> until, StoreFolder? folder = null)
    {
        for (var second = 0; second < 300 && !until(); second++)
        {
            (folder ?? _folder).Time.Advance(TimeSpan.FromSeconds(1));

            // Writes behind those of the indexing in the queue, so that it goes on meanwhile.
            for (var i = 0; i < 10; i++)
            {
                await store.Conversations.ClaimAsync(talk.Id);
                talk.Epoch++;
            }
        }

        Assert.True(until(), "The indexing did not get there in 300 seconds.");
    }

    /// <summary>Returns the row as it was.</summary>
    private static byte[] WriteHead(RocksDbStore store, ConversationId conversation, byte[] row)
    {
        var key = new byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, conversation.Value);
        var kept = store.Database.Get(store.Database.Heads, key)!;
        using var batch = new WriteBatch();
        batch.Put(key, row, store.Database.Heads);
        store.Database.Write(batch);
        return kept;
    }

    private static long CountRows(RocksDbStore store)
    {
        using var rows = store.Database.Iterate(store.Database.Authors);
        var count = 0;
        for (rows.SeekToFirst(); rows.Valid(); rows.Next())
        {
            count++;
        }

        return count;
    }

    private static List<string> RowsOfProgress(StoreFolder folder)
    {
        using var database = Database.OpenReadOnly(Path.Combine(folder.Data, "db"), folder.Options);
        using var rows = database.Iterate(database.Meta);
        var found = new List<string>();
        for (rows.Seek(Cursor); rows.Valid() && rows.GetKeySpan().StartsWith(Cursor); rows.Next())
        {
            if (rows.GetKeySpan().Length > Cursor.Length)
            {
                found.Add(Convert.ToHexString(rows.Key()));
            }
        }

        return found;
    }

    private static IEnumerable<string> Findings(StoreFolder folder) =>
        StoreVerifier
            .VerifyData(folder.Options, renewWatermark: false, folder.Time)
            .Problems.Where(finding => !finding.Contains("without an index row", StringComparison.Ordinal));
}
