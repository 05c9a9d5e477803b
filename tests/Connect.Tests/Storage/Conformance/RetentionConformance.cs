using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using CsCheck;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>Entries past the time for which they are kept: gone for readers, and nothing else changes.</summary>
public abstract class RetentionConformance(StoreUnderTest ports)
{
    private const int Bytes = 1 << 20;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(10);

    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long Now => ports.Time.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task Exactly_what_is_older_is_deleted_and_named_so_and_the_head_stays()
    {
        // At the moment of the sweep, a minute on, entry 4 is exactly as old as it may be.
        var talk = await OldAsync(count: 6, edge: 4, at: Now + 60_000);
        var before = await ports.Store.LoadAsync(talk.Id);
        await ports.SweepHistoryAsync(Kept);

        await AssertGoneAsync(talk, through: 3);
        await ports.SweepHistoryAsync(Kept + TimeSpan.FromMinutes(1));
        await AssertGoneAsync(talk, through: 3);
        Assert.Equal(before! with { Members = [] }, (await ports.Store.LoadAsync(talk.Id))! with { Members = [] });

        // The writer goes on as if nothing had been: no epoch was moved, and seqs go on.
        await talk.AppendAsync(_anna, "new");
        Assert.Equal(7, (await ports.Store.LoadAsync(talk.Id))!.NextSeq - 1);
        await AssertGoneAsync(talk, through: 3, head: 7);
    }

    [Fact]
    public async Task A_conversation_may_lose_all_entries_and_keep_its_place_and_numbers()
    {
        var talk = await OldAsync(count: 5, edge: 6, at: Now);
        await ports.SweepHistoryAsync(Kept);
        await ports.SweepHistoryAsync(Kept);

        var view = Assert.Single(await ports.Reader.ReadViewsAsync(_ben, [talk.Id], Cancel));
        Assert.Equal((5, 0L), (view.Head, view.Unread));
        Assert.Null(view.Last);
        var history = await ports.Reader.ReadHistoryAsync(_ben, talk.Id, new(0, 0, 0, 10, Bytes), Cancel);
        Assert.Empty(history.Entries);
        Assert.False(history.HasMoreBefore || history.HasMoreAfter);
        Assert.Equal([new SkippedRange(1, 5, SkipReason.Deleted)], history.Skipped);

        await talk.AppendAsync(_anna, "new");
        view = Assert.Single(await ports.Reader.ReadViewsAsync(_ben, [talk.Id], Cancel));
        Assert.Equal((6, 1L, 6L), (view.Head, view.Unread, view.Last!.Seq));
        Assert.Equal(6, view.Messages);
    }

    [Fact]
    public async Task Unread_counts_what_is_left_and_a_mark_where_nothing_is_left_counts_as_one_at_its_end()
    {
        var talk = await OldAsync(count: 4, edge: 5, at: Now);
        talk.Time = Now;
        await talk.AppendAsync(_anna, "left", "left too");
        await talk.AppendAsync(_ben, "own");
        await ports.SweepHistoryAsync(Kept);

        Assert.Equal(2, await UnreadAsync(talk, _ben));
        Assert.Equal(1, await UnreadAsync(talk, _anna));
        Assert.Equal(new MarkCounts(4, 1), await ports.Store.CountAsync(talk.Id, _ben, 2));
        Assert.Equal(new MarkCounts(4, 1), await ports.Store.CountAsync(talk.Id, _ben, 4));
        Assert.Equal(new MarkCounts(5, 1), await ports.Store.CountAsync(talk.Id, _ben, 5));

        await talk.MembersAsync(Talk.Present(_ben, marks: new(2, 2, 4, 1)));
        Assert.Equal(2, await UnreadAsync(talk, _ben));
        await talk.MembersAsync(Talk.Present(_ben, marks: new(5, 5, 5, 1)));
        Assert.Equal(1, await UnreadAsync(talk, _ben));
    }

    [Fact]
    public async Task An_author_whose_messages_were_all_deleted_counts_on()
    {
        var talk = await OldAsync(count: 4, edge: 5, at: Now);
        await ports.SweepHistoryAsync(Kept);
        await ports.SweepHistoryAsync(Kept);
        Assert.Equal(new MarkCounts(4, 0), await ports.Store.CountAsync(talk.Id, _anna, 0));

        talk.Time = Now;
        await talk.AppendAsync(_anna, "new", "newer");
        await talk.AppendAsync(_ben, "new");
        Assert.Equal(new MarkCounts(4, 2), await ports.Store.CountAsync(talk.Id, _anna, 0));
        Assert.Equal(new MarkCounts(5, 1), await ports.Store.CountAsync(talk.Id, _anna, 5));
        Assert.Equal(new MarkCounts(5, 1), await ports.Store.CountAsync(talk.Id, _ben, 5));
    }

    [Fact]
    public async Task Ranges_in_which_one_was_no_member_are_told_apart_from_deleted_ones()
    {
        var talk = await OldAsync(count: 10, edge: 7, at: Now + 60_000);
        await talk.MembersAsync(new Member(_ben, MemberRole.Member, [new(2, 3), new(6, long.MaxValue)], default));
        await ports.SweepHistoryAsync(Kept);

        var slice = await ports.Reader.ReadAfterAsync(_ben, talk.Id, new(0, TimeOf(talk, 9), 100, Bytes), Cancel);
        Assert.Equal([9L, 10L], slice.Entries.Select(entry => entry.Seq));
        Assert.Equal(
            [
                new(1, 1, SkipReason.NotMember),
                new(2, 3, SkipReason.Deleted),
                new(4, 5, SkipReason.NotMember),
                new(6, 6, SkipReason.Deleted),
                new SkippedRange(7, 8, SkipReason.Expired),
            ],
            slice.Skipped
        );
        Assert.Equal((10L, 10L), (slice.Through, slice.Head));

        await talk.MembersAsync(new Member(_ben, MemberRole.None, [new(2, 3)], default));
        var former = await ports.Reader.ReadHistoryAsync(_ben, talk.Id, new(0, 0, 0, 10, Bytes), Cancel);
        Assert.Equal(ReadAccess.Former, former.Access);
        Assert.Empty(former.Entries);
        Assert.Contains(new SkippedRange(2, 3, SkipReason.Deleted), former.Skipped);
    }

    [Fact]
    public async Task Whatever_the_ages_each_seq_is_there_or_named_and_nothing_young_is_touched() =>
        await Gen.Select(Gen.Int[0, 20].Array[1, 12], Gen.Int[1, 3].Array[1, 4])
            .SampleAsync(
                async (ages, sweeps) =>
                {
                    var talk = Talk.Between(ports.Store, UserId.NewRandom(), _ben);
                    var start = Now;
                    talk.Time = start - (long)TimeSpan.FromDays(ages.Sum()).TotalMilliseconds;
                    await talk.CreateAsync();
                    foreach (var age in ages)
                    {
                        talk.Time += (long)TimeSpan.FromDays(age).TotalMilliseconds;
                        await talk.AppendAsync(_ben, "text");
                    }

                    var entries = (await SliceAsync(talk)).Entries;
                    foreach (var days in sweeps.Select(each => TimeSpan.FromDays(each * 10)).OrderDescending())
                    {
                        await ports.SweepHistoryAsync(days);
                        var oldest = Now - (long)days.TotalMilliseconds;
                        var slice = await SliceAsync(talk);
                        Assert.Equal(
                            entries.Where(entry => entry.Time >= oldest).Select(entry => entry.Seq),
                            slice.Entries.Select(entry => entry.Seq)
                        );
                        var gone = entries.Length - slice.Entries.Length;
                        Assert.Equal(
                            gone == 0 ? [] : [new SkippedRange(1, gone, SkipReason.Deleted)],
                            slice.Skipped.ToArray()
                        );
                    }
                },
                iter: 60,
                threads: 1
            );

    [Fact]
    public async Task What_comes_after_a_sweep_falls_due_in_its_turn() =>
        await Gen.Int[0, 15]
            .Array[1, 12]
            .SampleAsync(
                async pauses =>
                {
                    // Also through times at which the conversation has no entry left.
                    var talk = Talk.Between(ports.Store, UserId.NewRandom(), _ben);
                    talk.Time = Now;
                    await talk.CreateAsync();
                    var times = new List<long> { Now };
                    foreach (var pause in pauses)
                    {
                        ports.Time.Advance(TimeSpan.FromDays(pause));
                        await ports.SweepHistoryAsync(Kept);
                        talk.Time = Math.Max(talk.Time, Now);
                        times.Add(talk.Time);
                        await talk.AppendAsync(_ben, "text");
                        await ports.SweepHistoryAsync(Kept);
                        var oldest = Now - (long)Kept.TotalMilliseconds;
                        Assert.Equal(
                            times.Where(time => time >= oldest),
                            (await SliceAsync(talk)).Entries.Select(entry => entry.Time)
                        );
                    }
                },
                iter: 60,
                threads: 1
            );

    private static long TimeOf(Talk talk, long seq) => talk.Time - talk.NextSeq + seq;

    private ValueTask<SyncSlice> SliceAsync(Talk talk) =>
        ports.Reader.ReadAfterAsync(_ben, talk.Id, new(0, 0, 1_000, Bytes), Cancel);

    /// <summary>A talk whose entry <paramref name="edge"/> is just as old as what is kept may be.</summary>
    private async Task<Talk> OldAsync(int count, int edge, long at)
    {
        var talk = Talk.Between(ports.Store, _anna, _ben);
        talk.Time = at - (long)Kept.TotalMilliseconds - (edge - 1);
        await talk.CreateAsync();
        await talk.AppendAsync(_anna, [.. Enumerable.Repeat("text", count - 1)]);
        return talk;
    }

    private async Task<long> UnreadAsync(Talk talk, UserId user) =>
        Assert.Single(await ports.Reader.ReadViewsAsync(user, [talk.Id], Cancel)).Unread;

    private async Task AssertGoneAsync(Talk talk, long through, long head = 6)
    {
        var slice = await SliceAsync(talk);
        Assert.Equal([new SkippedRange(1, through, SkipReason.Deleted)], slice.Skipped);
        Assert.Equal(Seqs(through + 1, head), slice.Entries.Select(entry => entry.Seq));
        Assert.Equal((head, head), (slice.Through, slice.Head));

        var history = await ports.Reader.ReadHistoryAsync(_ben, talk.Id, new(0, 0, 0, 100, Bytes), Cancel);
        Assert.Equal(Seqs(through + 1, head), history.Entries.Select(entry => entry.Seq));
        Assert.Equal([new SkippedRange(1, through, SkipReason.Deleted)], history.Skipped);
        Assert.False(history.HasMoreBefore);
        var around = await ports.Reader.ReadHistoryAsync(_ben, talk.Id, new(0, 0, 1, 4, Bytes), Cancel);
        Assert.Equal([through + 1, through + 2], around.Entries.Select(entry => entry.Seq));
        Assert.True(around.HasMoreAfter);
        Assert.Equal(head, Assert.Single(await ports.Reader.ReadViewsAsync(_ben, [talk.Id], Cancel)).Last!.Seq);
    }

    private static ImmutableArray<long> Seqs(long from, long to) =>
        [.. Enumerable.Range((int)from, (int)(to - from + 1)).Select(seq => (long)seq)];
}
