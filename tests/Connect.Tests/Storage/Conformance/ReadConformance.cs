using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>What a reader gets and does not get.</summary>
/// <param name="ports">May be shared by the tests of a class: each has conversations of its own.</param>
public abstract class ReadConformance(StoreUnderTest ports)
{
    private const int Bytes = 1 << 20;

    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    private IConversationReader Reader => ports.Reader;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Own_rows_are_told_for_members_of_all_kinds_and_nothing_for_others()
    {
        var (anna, ben, eve) = (UserId.NewRandom(), UserId.NewRandom(), UserId.NewRandom());
        var talk = await Talk.Between(ports.Store, anna, ben).CreateAsync("group");
        await talk.MembersAsync(new Member(ben, MemberRole.None, [new(1, 1)], default));
        var flagged = ConversationId.NewRandom();
        await ports.Store.SetFlagsAsync(flagged, anna, eve, MemberFlags.Blocks, MemberFlags.None);
        ImmutableArray<ConversationId> asked = [ConversationId.NewRandom(), talk.Id, flagged];

        Assert.Equal([null, anna, null], Users(await ports.Reader.ReadOwnAsync(anna, asked, Cancel)));
        var former = await ports.Reader.ReadOwnAsync(ben, asked, Cancel);
        Assert.Equal([null, ben, null], Users(former));
        Assert.False(former[1]!.IsPresent);
        Assert.Equal([null, null, null], Users(await ports.Reader.ReadOwnAsync(eve, asked, Cancel)));

        static IEnumerable<UserId?> Users(ImmutableArray<Member?> members) => members.Select(each => each?.User);
    }

    [Fact]
    public async Task Entries_come_back_as_they_were_committed()
    {
        var talk = await Talk.Between(ports.Store, _anna, _ben).CreateAsync();
        var message = talk.Message(2, _anna, "Grüße 👋\0\n", time: 9_000);
        var change = new Entry(3, 9_000, EntryKind.Role, _ben, default, new byte[] { 0, 255 }, 2);
        await talk.MustCommitAsync(talk.Commit(message, change));

        var slice = await SyncAsync(_ben, talk, after: 1);

        Assert.Equal(2, slice.Entries.Length);
        AssertSame(message, slice.Entries[0]);
        AssertSame(change, slice.Entries[1]);
    }

    [Fact]
    public async Task History_pages_before_a_seq_from_the_newest_down()
    {
        var talk = await TenAsync();

        var newest = await HistoryAsync(talk, new(0, 0, 0, 4, Bytes));
        var next = await HistoryAsync(talk, new(7, 0, 0, 4, Bytes));
        var last = await HistoryAsync(talk, new(3, 0, 0, 4, Bytes));

        AssertPage(newest, [7, 8, 9, 10], before: true, after: false);
        AssertPage(next, [3, 4, 5, 6], before: true, after: true);
        AssertPage(last, [1, 2], before: false, after: true);
        AssertPage(await HistoryAsync(talk, new(1, 0, 0, 4, Bytes)), [], before: false, after: true);
        AssertPage(await HistoryAsync(talk, new(99, 0, 0, 2, Bytes)), [9, 10], before: true, after: false);
    }

    [Fact]
    public async Task History_pages_after_a_seq_upward()
    {
        var talk = await TenAsync();

        AssertPage(await HistoryAsync(talk, new(0, 3, 0, 4, Bytes)), [4, 5, 6, 7], before: true, after: true);
        AssertPage(await HistoryAsync(talk, new(0, 7, 0, 4, Bytes)), [8, 9, 10], before: true, after: false);
        AssertPage(await HistoryAsync(talk, new(0, 10, 0, 4, Bytes)), [], before: true, after: false);
        AssertPage(await HistoryAsync(talk, new(0, 50, 0, 4, Bytes)), [], before: true, after: false);
    }

    [Fact]
    public async Task History_around_a_seq_takes_half_below_and_half_above()
    {
        var talk = await TenAsync();

        AssertPage(await HistoryAsync(talk, new(0, 0, 5, 4, Bytes)), [4, 5, 6, 7], before: true, after: true);
        AssertPage(await HistoryAsync(talk, new(0, 0, 5, 1, Bytes)), [5], before: true, after: true);
        AssertPage(await HistoryAsync(talk, new(0, 0, 10, 4, Bytes)), [9, 10], before: true, after: false);
        AssertPage(await HistoryAsync(talk, new(0, 0, 1, 4, Bytes)), [1, 2, 3], before: false, after: true);
    }

    [Fact]
    public async Task A_page_ends_at_its_bytes_but_gives_at_least_one_entry()
    {
        var talk = await Talk.Between(ports.Store, _anna, _ben).CreateAsync();
        await talk.AppendAsync(_anna, [.. Enumerable.Repeat(new string('x', 100), 6)]);

        AssertPage(await HistoryAsync(talk, new(0, 0, 0, 100, 250)), [5, 6, 7], before: true, after: false);
        AssertPage(await HistoryAsync(talk, new(0, 1, 0, 100, 200)), [2, 3], before: true, after: true);
        AssertPage(await HistoryAsync(talk, new(0, 1, 0, 100, 1)), [2], before: true, after: true);
        var slice = await Reader.ReadAfterAsync(_ben, talk.Id, new(1, 0, 100, 150), Cancel);
        Assert.Equal([2L, 3L], Seqs(slice.Entries));
        Assert.Equal((3L, 7L), (slice.Through, slice.Head));
    }

    [Fact]
    public async Task Activity_and_own_rows_are_read_for_many_at_once()
    {
        var (one, other) = (await TenAsync(), await Talk.Between(ports.Store, _ben).CreateAsync());
        var nowhere = ConversationId.NewRandom();

        var activity = await Reader.ReadActivityAsync([other.Id, nowhere, one.Id], Cancel);
        Assert.Equal([new(other.Id, 1, 1_000), new ConversationActivity(one.Id, 10, 1_009)], activity);
        Assert.Empty(await Reader.ReadActivityAsync([], Cancel));

        var own = Assert.Single(await Reader.ReadMembershipsAsync(_anna, [other.Id, nowhere, one.Id], Cancel));
        Assert.Equal((one.Id, _anna), (own.Conversation, own.Member.User));
        await one.MembersAsync(new Member(_anna, MemberRole.None, [new(1, 3)], default));
        Assert.Empty(await Reader.ReadMembershipsAsync(_anna, [one.Id], Cancel));
    }

    [Fact]
    public async Task A_list_gives_each_reader_their_own_view_of_many_conversations_at_once()
    {
        var (ten, closed) = (await TenAsync(), await TenAsync());
        var former = await TenAsync();
        await former.MembersAsync(new Member(_ben, MemberRole.None, [new(2, 3)], default));
        var late = await TenAsync();
        await late.MembersAsync(Talk.Present(_ben, from: 11));
        await closed.MustCommitAsync(closed.Commit() with { Closes = true });
        ImmutableArray<ConversationId> ids = [closed.Id, late.Id, ConversationId.NewRandom(), former.Id, ten.Id];

        var views = await Reader.ReadViewsAsync(_ben, ids, Cancel);

        Assert.Equal([late.Id, ten.Id], views.Select(view => view.Conversation));
        Assert.Equal(new long?[] { null, 10 }, views.Select(view => view.Last?.Seq));
        Assert.All(views, view => Assert.Equal(_anna, Assert.Single(view.Others).User));
        var own = await Reader.ReadMembershipsAsync(_ben, ids, Cancel);
        Assert.Equal([late.Id, ten.Id], own.Select(each => each.Conversation));
        Assert.Empty(await Reader.ReadViewsAsync(UserId.NewRandom(), ids, Cancel));
    }

    [Fact]
    public async Task A_list_names_the_members_of_small_conversations_and_the_readers_own_row_of_large_ones()
    {
        var crowd = Enumerable.Range(0, 150).Select(_ => UserId.NewRandom()).ToArray();
        var large = await Talk.Between(ports.Store, [_anna, .. crowd, _ben]).CreateAsync("large");
        var small = await Talk.Between(ports.Store, [_anna, .. crowd[..48], _ben]).CreateAsync("small");
        await large.AppendAsync(_ben, "of Ben");

        var views = await Reader.ReadViewsAsync(_ben, [large.Id, small.Id], Cancel);

        Assert.Equal([("large", 152, 0), ("small", 50, 49)], views.Select(Show));
        var newest = (await Reader.ReadOwnNewestAsync(_ben, large.Id, Cancel))!;
        Assert.Equal((2L, 151), (newest.Seq, newest.Others.Length));
        Assert.Null(await Reader.ReadOwnNewestAsync(_ben, small.Id, Cancel));
        Assert.Null(await Reader.ReadOwnNewestAsync(UserId.NewRandom(), large.Id, Cancel));
        Assert.Equal([_ben, _ben], (await Reader.ReadMembershipsAsync(_ben, [large.Id, small.Id], Cancel)).Select(Own));

        static (string?, int, int) Show(ConversationView view) => (view.Title, view.MemberCount, view.Others.Length);

        static UserId Own(OwnMembership own) => own.Member.User;
    }

    [Fact]
    public async Task Who_never_belonged_gets_the_answer_of_a_conversation_that_does_not_exist()
    {
        var talk = await TenAsync();
        var stranger = UserId.NewRandom();
        var nowhere = ConversationId.NewRandom();

        Assert.Equal(
            await Reader.ReadHistoryAsync(_anna, nowhere, new(0, 0, 0, 10, Bytes), Cancel),
            await Reader.ReadHistoryAsync(stranger, talk.Id, new(0, 0, 0, 10, Bytes), Cancel)
        );
        Assert.Equal(
            await Reader.ReadAfterAsync(_anna, nowhere, new(0, 0, 10, Bytes), Cancel),
            await Reader.ReadAfterAsync(stranger, talk.Id, new(0, 0, 10, Bytes), Cancel)
        );
        Assert.Equal(ReadAccess.None, (await SyncAsync(stranger, talk, 0)).Access);
        Assert.Empty(await Reader.ReadViewsAsync(stranger, [talk.Id, nowhere], Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(10)]
    public async Task What_ended_undelivered_is_found_by_its_time_and_not_unread(int old)
    {
        var talk = Talk.Between(ports.Store, _anna, _ben);
        var edge = ports.Time.GetUtcNow().ToUnixTimeMilliseconds() - (long)TimeSpan.FromDays(30).TotalMilliseconds;
        talk.Time = edge - old;
        await talk.CreateAsync();
        await talk.AppendAsync(_anna, [.. Enumerable.Range(2, 9).Select(seq => $"{seq}")]);

        Assert.Equal(old, await ports.Store.FindEndAsync(talk.Id, new(1, 10), edge));
        Assert.Equal(Math.Min(old, 6), await ports.Store.FindEndAsync(talk.Id, new(1, 6), edge));
        Assert.Equal(Math.Max(old, 4), await ports.Store.FindEndAsync(talk.Id, new(5, 10), edge));
        Assert.Equal(10 - old, await UnreadAsync());

        // Those up to 4 were delivered, but 2 and 3 too late; 1 was read.
        var ended = new EndedRanges([new(2, 3, 2)]);
        await talk.MembersAsync(Talk.Present(_ben, marks: new(4, 1, 1, 0, ended)));
        Assert.Equal(1 + Math.Min(6, 10 - old), await UnreadAsync());

        async Task<long> UnreadAsync() => (await Reader.ReadViewsAsync(_ben, [talk.Id], Cancel))[0].Unread;
    }

    [Fact]
    public async Task A_new_member_sees_nothing_from_before_they_joined()
    {
        var talk = await TenAsync();
        var carla = UserId.NewRandom();
        await talk.MembersAsync(Talk.Present(carla, from: 8));

        var slice = await SyncAsync(carla, talk, after: 0);
        var history = await Reader.ReadHistoryAsync(carla, talk.Id, new(0, 0, 0, 100, Bytes), Cancel);

        Assert.Equal([8L, 9L, 10L], slice.Entries.Select(e => e.Seq));
        Assert.Equal([new SkippedRange(1, 7, SkipReason.NotMember)], slice.Skipped);
        AssertPage(history, [8, 9, 10], before: false, after: false);
        Assert.Equal([new SkippedRange(1, 7, SkipReason.NotMember)], history.Skipped);
        Assert.Empty((await Reader.ReadHistoryAsync(carla, talk.Id, new(8, 0, 0, 9, Bytes), Cancel)).Entries);
    }

    [Fact]
    public async Task A_former_member_sees_their_ranges_and_nothing_after()
    {
        var talk = await TenAsync();
        await talk.MembersAsync(new Member(_ben, MemberRole.None, [new(2, 3), new(6, 8)], default));

        var slice = await SyncAsync(_ben, talk, after: 0);
        var history = await Reader.ReadHistoryAsync(_ben, talk.Id, new(0, 0, 0, 100, Bytes), Cancel);

        Assert.Equal(ReadAccess.Former, slice.Access);
        Assert.Equal([2L, 3L, 6L, 7L, 8L], slice.Entries.Select(e => e.Seq));
        Assert.Equal([new(1, 1, SkipReason.NotMember), new SkippedRange(4, 5, SkipReason.NotMember)], slice.Skipped);
        Assert.Equal((8L, 8L), (slice.Through, slice.Head));
        Assert.Equal(ReadAccess.Former, history.Access);
        AssertPage(history, [2, 3, 6, 7, 8], before: false, after: false);
        Assert.Empty((await SyncAsync(_ben, talk, after: 8)).Entries);
        Assert.Empty(await Reader.ReadViewsAsync(_ben, [talk.Id], Cancel));
    }

    [Fact]
    public async Task One_who_returned_sees_exactly_the_ranges_they_were_in()
    {
        var talk = await TenAsync();
        await talk.MembersAsync(new Member(_ben, MemberRole.Member, [new(1, 3), new(7, long.MaxValue)], default));

        var pages = new List<HistorySlice>();
        for (var before = 0L; pages.Count == 0 || pages[^1].HasMoreBefore; before = pages[^1].Entries[0].Seq)
        {
            pages.Add(await Reader.ReadHistoryAsync(_ben, talk.Id, new(before, 0, 0, 3, Bytes), Cancel));
        }

        Assert.Equal(["8,9,10", "2,3,7", "1"], pages.Select(p => string.Join(',', p.Entries.Select(e => e.Seq))));
        Assert.Equal([new SkippedRange(4, 6, SkipReason.NotMember)], pages.SelectMany(p => p.Skipped));
    }

    [Fact]
    public async Task Sync_slices_cover_everything_above_the_position()
    {
        var talk = await TenAsync();
        await talk.MembersAsync(new Member(_ben, MemberRole.Member, [new(1, 3), new(7, long.MaxValue)], default));

        var first = await Reader.ReadAfterAsync(_ben, talk.Id, new(1, 0, 2, Bytes), Cancel);
        var second = await Reader.ReadAfterAsync(_ben, talk.Id, new(first.Through, 0, 2, Bytes), Cancel);

        Assert.Equal([2L, 3L], Seqs(first.Entries));
        Assert.Equal(3, first.Through);
        Assert.Empty(first.Skipped);
        Assert.Equal([7L, 8L], Seqs(second.Entries));
        Assert.Equal(8, second.Through);
        Assert.Equal([new SkippedRange(4, 6, SkipReason.NotMember)], second.Skipped);
    }

    [Fact]
    public async Task A_position_above_the_head_is_answered_from_the_head()
    {
        var talk = await TenAsync();

        var slice = await SyncAsync(_ben, talk, after: 1_000);

        Assert.Equal((0, 10L, 10L), (slice.Entries.Length, slice.Through, slice.Head));
        Assert.Empty(slice.Skipped);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1_000, 1)]
    [InlineData(1_001, 2)]
    [InlineData(1_004, 5)]
    [InlineData(1_009, 10)]
    [InlineData(1_010, 11)]
    public async Task Entries_older_than_the_limit_are_named_as_expired(long notBefore, long firstSeq)
    {
        var talk = await TenAsync();

        var slice = await Reader.ReadAfterAsync(_ben, talk.Id, new(0, notBefore, 100, Bytes), Cancel);

        Assert.Equal(Enumerable.Range(1, 10).Select(s => (long)s).Where(s => s >= firstSeq), Seqs(slice.Entries));
        Assert.Equal(10, slice.Through);
        ImmutableArray<SkippedRange> expired =
            firstSeq == 1 ? [] : [new SkippedRange(1, firstSeq - 1, SkipReason.Expired)];
        Assert.Equal(expired, slice.Skipped);
    }

    [Fact]
    public async Task Entries_of_the_same_time_expire_together()
    {
        var talk = await Talk.Between(ports.Store, _anna, _ben).CreateAsync();
        var same = Enumerable.Range(2, 6).Select(s => talk.Message(s, _anna, "x", time: 2_000)).ToArray();
        await talk.MustCommitAsync(talk.Commit(same));

        var at = await Reader.ReadAfterAsync(_ben, talk.Id, new(0, 2_000, 100, Bytes), Cancel);
        var above = await Reader.ReadAfterAsync(_ben, talk.Id, new(3, 2_001, 100, Bytes), Cancel);

        Assert.Equal([2L, 3, 4, 5, 6, 7], Seqs(at.Entries));
        Assert.Empty(above.Entries);
        Assert.Equal([new SkippedRange(4, 7, SkipReason.Expired)], above.Skipped);
    }

    [Fact]
    public async Task Expiry_and_membership_are_told_apart()
    {
        var talk = await TenAsync();
        await talk.MembersAsync(new Member(_ben, MemberRole.Member, [new(2, 4), new(7, long.MaxValue)], default));

        var slice = await Reader.ReadAfterAsync(_ben, talk.Id, new(0, 1_007, 100, Bytes), Cancel);

        Assert.Equal([8L, 9, 10], Seqs(slice.Entries));
        Assert.Equal(
            [
                new(1, 1, SkipReason.NotMember),
                new(2, 4, SkipReason.Expired),
                new(5, 6, SkipReason.NotMember),
                new SkippedRange(7, 7, SkipReason.Expired),
            ],
            slice.Skipped
        );
    }

    [Fact]
    public async Task A_view_counts_the_unread_by_subtraction()
    {
        var talk = Talk.Between(ports.Store, _anna, _ben);
        talk.Time = ports.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await talk.CreateAsync();
        await talk.AppendAsync(_ben, "2");
        await talk.AppendAsync(_anna, "3", "4");
        await talk.MembersAsync(Talk.Present(_ben, marks: new(3, 1, 1, 1)));

        var view = Assert.Single(await Reader.ReadViewsAsync(_ben, [talk.Id], Cancel));

        Assert.Equal((2L, 4L, 4L), (view.Unread, view.Head, view.Messages));
        Assert.Equal(4, view.Last!.Seq);
        Assert.Equal((2, MemberRole.Member), (view.MemberCount, view.Role));
        Assert.Equal(_anna, Assert.Single(view.Others).User);
        Assert.Equal((ConversationKind.Direct, null), (view.Kind, view.Title));
    }

    [Fact]
    public async Task Views_come_in_the_order_asked_without_what_does_not_exist()
    {
        var one = await Talk.Between(ports.Store, _anna, _ben).CreateAsync("one");
        var two = await Talk.Between(ports.Store, _anna, _ben).CreateAsync("two");

        var views = await Reader.ReadViewsAsync(_anna, [two.Id, ConversationId.NewRandom(), one.Id], Cancel);

        Assert.Equal(["two", "one"], views.Select(v => v.Title));
    }

    [Fact]
    public async Task A_member_of_the_future_sees_nothing_yet()
    {
        var talk = await TenAsync();
        await talk.MembersAsync(Talk.Present(_ben, from: 11), new(_anna, MemberRole.Owner, [], default));

        var slice = await SyncAsync(_ben, talk, after: 0);
        var views = await Reader.ReadViewsAsync(_ben, [talk.Id], Cancel);

        Assert.Empty(slice.Entries);
        Assert.Equal([new SkippedRange(1, 10, SkipReason.NotMember)], slice.Skipped);
        Assert.Null(Assert.Single(views).Last);
    }

    private static long[] Seqs(ImmutableArray<Entry> entries) => [.. entries.Select(e => e.Seq)];

    private static void AssertSame(Entry expected, Entry actual)
    {
        Assert.Equal(expected with { Body = default }, actual with { Body = default });
        Assert.Equal(expected.Body.ToArray(), actual.Body.ToArray());
    }

    private static void AssertPage(HistorySlice slice, long[] seqs, bool before, bool after)
    {
        Assert.Equal(seqs, Seqs(slice.Entries));
        Assert.Equal((before, after), (slice.HasMoreBefore, slice.HasMoreAfter));
    }

    /// <summary>Ten messages of Anna's at the times 1,000 to 1,009.</summary>
    private async Task<Talk> TenAsync()
    {
        var talk = await Talk.Between(ports.Store, _anna, _ben).CreateAsync();
        await talk.AppendAsync(_anna, "2", "3", "4", "5", "6", "7", "8", "9", "10");
        return talk;
    }

    private async Task<HistorySlice> HistoryAsync(Talk talk, HistoryQuery query) =>
        await Reader.ReadHistoryAsync(_ben, talk.Id, query, Cancel);

    private async Task<SyncSlice> SyncAsync(UserId user, Talk talk, long after) =>
        await Reader.ReadAfterAsync(user, talk.Id, new(after, 0, 100, Bytes), Cancel);
}
