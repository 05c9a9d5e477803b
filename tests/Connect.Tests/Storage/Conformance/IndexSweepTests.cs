using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Sweeping;
using Connect.Tests.Storage.RocksDb;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>Index rows left behind by a crash between two writes, and the sweep over them, on both stores.</summary>
public sealed class IndexSweepTests
{
    private static readonly TimeSpan Age = TimeSpan.FromHours(1);

    /// <summary>Where the process died while somebody came to a conversation or left it; or did not.</summary>
    private enum Fate
    {
        Member,
        Invited,
        BeforeTheEntry,
        BeforeTheConversation,
        Left,
        LeftBeforeTheRow,
        Closed,
        FlagsOnly,
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_has_no_membership_goes_once_it_is_old_and_all_else_stays(bool embedded)
    {
        using var ports = Open(embedded);
        var sweep = Sweep(ports, 1_000);
        var rows = new List<(Fate Fate, IndexRow Row)>();
        foreach (var fate in Enum.GetValues<Fate>())
        {
            rows.Add((fate, await LiveAsync(ports, fate)));
        }

        ports.Time.Advance(Age - TimeSpan.FromMinutes(6));
        Assert.Equal(0, await sweep.StepAsync(Cancel));
        await ExpectAsync(ports, rows.Where(each => each.Fate != Fate.Left));

        Assert.Equal(5, await RoundAsync(ports, sweep));
        Fate[] stay = [Fate.Member, Fate.FlagsOnly];
        await ExpectAsync(ports, rows.Where(each => stay.Contains(each.Fate)));
        Assert.Equal(0, await RoundAsync(ports, sweep));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_step_looks_at_so_many_rows_and_a_round_at_all(bool embedded)
    {
        using var ports = Open(embedded);
        for (var i = 0; i < 10; i++)
        {
            await LiveAsync(ports, Fate.BeforeTheConversation);
        }

        ports.Time.Advance(2 * Age);
        var sweep = Sweep(ports, 3);
        var deleted = new List<int>();
        for (var step = 0; step < 6; step++)
        {
            deleted.Add(await sweep.StepAsync(Cancel));
            ports.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([3, 3, 3, 1, 0, 0], deleted);
        // It rests, and begins anew.
        await LiveAsync(ports, Fate.BeforeTheConversation);
        Assert.Equal(1, await RoundAsync(ports, sweep));
        Assert.Equal(0, await Sweep(ports, 0).StepAsync(Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_row_written_anew_between_the_looks_survives_and_its_writer_was_fenced(bool embedded)
    {
        using var ports = Open(embedded);
        var row = await LiveAsync(ports, Fate.BeforeTheEntry);
        ports.Time.Advance(2 * Age);
        var anew = row with { Time = Now(ports) };
        var rows = new Interleaved(ports.IndexRows, () => ports.Index.PutAsync([anew]));
        var before = (await ports.Store.LoadAsync(row.Conversation))!.Epoch;

        Assert.Equal(0, await Sweep(ports, 100, rows).StepAsync(Cancel));
        Assert.Equal(anew, await ports.Index.FindAsync(row.User, row.Conversation, Cancel));
        Assert.True((await ports.Store.LoadAsync(row.Conversation))!.Epoch > before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_user_chose_neither_saves_a_row_without_membership_nor_is_lost_with_one(bool embedded)
    {
        using var ports = Open(embedded);
        var rows = new List<(Fate Fate, IndexRow Row)>();
        foreach (var fate in Enum.GetValues<Fate>().Where(fate => fate != Fate.Left))
        {
            var row = await LiveAsync(ports, fate);
            var chosen = row with { MutedUntil = long.MaxValue, HiddenThrough = 7 };
            Assert.Equal(chosen, await ports.Index.ChooseAsync(row.User, row.Conversation, long.MaxValue, 7));
            rows.Add((fate, chosen));
        }

        ports.Time.Advance(2 * Age);
        Assert.Equal(5, await RoundAsync(ports, Sweep(ports, 1_000)));
        Fate[] stay = [Fate.Member, Fate.FlagsOnly];
        await ExpectAsync(ports, rows.Where(each => stay.Contains(each.Fate)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chosen_row_put_anew_with_its_cid_survives_with_the_choices_until_it_is_old_again(bool embedded)
    {
        using var ports = Open(embedded);
        var row = await LiveAsync(ports, Fate.BeforeTheEntry);
        await ports.Index.ChooseAsync(row.User, row.Conversation, 5, 7);
        ports.Time.Advance(2 * Age);
        var anew = row with { Time = Now(ports) };
        var rows = new Interleaved(ports.IndexRows, () => ports.Index.PutAsync([anew]));

        Assert.Equal(0, await Sweep(ports, 100, rows).StepAsync(Cancel));
        var kept = anew with { MutedUntil = 5, HiddenThrough = 7 };
        Assert.Equal(kept, await ports.Index.FindAsync(row.User, row.Conversation, Cancel));
        Assert.Equal(0, await Sweep(ports, 100).StepAsync(Cancel));
        ports.Time.Advance(Age);
        Assert.Equal(1, await Sweep(ports, 100).StepAsync(Cancel));
        Assert.Null(await ports.Index.FindAsync(row.User, row.Conversation, Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_choice_made_between_the_looks_keeps_the_row_for_one_round(bool embedded)
    {
        using var ports = Open(embedded);
        var row = await LiveAsync(ports, Fate.BeforeTheEntry);
        ports.Time.Advance(2 * Age);
        var rows = new Interleaved(
            ports.IndexRows,
            async () => await ports.Index.ChooseAsync(row.User, row.Conversation, 5, null)
        );

        Assert.Equal(0, await Sweep(ports, 100, rows).StepAsync(Cancel));
        Assert.Equal(row with { MutedUntil = 5 }, await ports.Index.FindAsync(row.User, row.Conversation, Cancel));
        Assert.Equal(1, await Sweep(ports, 100).StepAsync(Cancel));
    }

    [Fact]
    public async Task After_the_process_stood_still_its_writers_get_the_time_to_end()
    {
        using var ports = Open(embedded: false);
        var sweep = Sweep(ports, 100);
        Assert.Equal(0, await sweep.StepAsync(Cancel));
        await LiveAsync(ports, Fate.BeforeTheConversation);

        ports.Time.Advance(3 * Age);
        Assert.Equal(0, await sweep.StepAsync(Cancel));
        ports.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, await sweep.StepAsync(Cancel));
        Assert.Equal(1, await RoundAsync(ports, sweep));
    }

    [Fact]
    public async Task A_row_that_cannot_be_looked_at_keeps_no_other_from_being_deleted()
    {
        using var ports = Open(embedded: false);
        var lost = new List<IndexRow>();
        for (var i = 0; i < 5; i++)
        {
            lost.Add(await LiveAsync(ports, Fate.BeforeTheConversation));
        }

        ports.Time.Advance(2 * Age);
        var first = lost.MinBy(row => row.User).User;
        var damaged = true;
        var sweep = Sweep(ports, 2, new Damaged(ports.IndexRows, user => damaged && user == first));
        Assert.Equal(4, await RoundAsync(ports, sweep));
        Assert.Equal(first, Assert.Single((await ports.IndexRows.WalkAsync(default, default, 10, Cancel)).Rows).User);

        damaged = false;
        Assert.Equal(1, await RoundAsync(ports, sweep));
    }

    [Fact]
    public Task In_any_history_just_the_old_rows_without_membership_go() =>
        Gen.Select(Gen.Enum<Fate>(), Gen.Int[0, 90])
            .Array[0, 30]
            .SampleAsync(
                async lives =>
                {
                    using var ports = Open(embedded: false);
                    var rows = new List<(Fate Fate, IndexRow Row)>();
                    foreach (var (fate, minutes) in lives)
                    {
                        rows.Add((fate, await LiveAsync(ports, fate)));
                        ports.Time.Advance(TimeSpan.FromMinutes(minutes));
                    }

                    var sweep = Sweep(ports, 4);
                    for (var step = 0; step < 10; step++)
                    {
                        await sweep.StepAsync(Cancel);
                    }

                    var oldest = Now(ports) - (long)Age.TotalMilliseconds;
                    await ExpectAsync(
                        ports,
                        rows.Where(each =>
                            each.Fate is Fate.Member or Fate.FlagsOnly
                            || (each.Fate != Fate.Left && each.Row.Time > oldest)
                        )
                    );
                },
                iter: 200
            );

    private static StoreUnderTest Open(bool embedded) =>
        embedded ? StoreFolder.OpenForConformance() : InMemoryConformance.Open();

    private static IndexSweep Sweep(StoreUnderTest ports, int rowsPerSecond, IIndexRows? rows = null) =>
        new(
            rows ?? ports.IndexRows,
            ports.Store,
            Options.Create(new IndexSweepOptions { RowsPerSecond = rowsPerSecond, RowAge = Age }),
            ports.Time,
            NullLogger<IndexSweep>.Instance
        );

    private static long Now(StoreUnderTest ports) => ports.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A step each half minute for three hours: two rounds over few rows.</summary>
    private static async Task<int> RoundAsync(StoreUnderTest ports, IndexSweep sweep)
    {
        var deleted = 0;
        for (var step = 0; step < 360; step++)
        {
            ports.Time.Advance(TimeSpan.FromSeconds(30));
            deleted += await sweep.StepAsync(Cancel);
        }

        return deleted;
    }

    private static async Task ExpectAsync(StoreUnderTest ports, IEnumerable<(Fate Fate, IndexRow Row)> expected)
    {
        var page = await ports.IndexRows.WalkAsync(default, default, int.MaxValue - 1, Cancel);
        Assert.True(page.IsLast);
        Assert.Equal(
            expected.Select(each => each.Row).OrderBy(row => (row.User, row.Conversation)),
            page.Rows.AsEnumerable()
        );
    }

    /// <summary>What happens to a new user and a conversation of Ann's, up to where a crash may end it.</summary>
    private static async Task<IndexRow> LiveAsync(StoreUnderTest ports, Fate fate)
    {
        var (ann, user) = (UserId.NewRandom(), UserId.NewRandom());
        var talk = Talk.Between(ports.Store, ann);
        var row = new IndexRow(user, talk.Id, Talk.NewCid(), Now(ports));
        await ports.Index.PutAsync([row]);
        if (fate == Fate.FlagsOnly)
        {
            await ports.Store.SetFlagsAsync(talk.Id, user, ann, MemberFlags.Blocks, MemberFlags.None);
        }

        if (fate is Fate.BeforeTheConversation or Fate.FlagsOnly)
        {
            return row;
        }

        await talk.CreateAsync("Plans");
        var gone = new Member(user, MemberRole.None, [new(1, 1)], default);
        switch (fate)
        {
            case Fate.Member:
                await talk.MembersAsync(Talk.Present(user));
                break;
            case Fate.Invited:
                await talk.MembersAsync(gone with { Visible = [], Invitation = new(ann, Now(ports), false) });
                break;
            case Fate.Left or Fate.LeftBeforeTheRow:
                await talk.MembersAsync(gone);
                break;
            case Fate.Closed:
                await talk.MustCommitAsync(talk.Commit() with { Closes = true });
                break;
        }

        if (fate == Fate.Left)
        {
            Assert.True(await ports.Index.DeleteAsync(user, talk.Id, row.Cid));
        }

        return row;
    }

    /// <summary>Rows of some users lead to what cannot be read.</summary>
    private sealed class Damaged(IIndexRows inner, Func<UserId, bool> isDamaged) : IIndexRows
    {
        public ValueTask<IndexPage> WalkAsync(UserId user, ConversationId at, int limit, CancellationToken cancel) =>
            inner.WalkAsync(user, at, limit, cancel);

        public ValueTask<bool> BelongsAsync(UserId user, ConversationId conversation, CancellationToken cancel) =>
            isDamaged(user)
                ? throw new InvalidDataException("A damaged row.")
                : inner.BelongsAsync(user, conversation, cancel);

        public ValueTask<bool> DeleteAsync(IndexRow row) => inner.DeleteAsync(row);
    }

    /// <summary>Does something before the first deletion.</summary>
    private sealed class Interleaved(IIndexRows inner, Func<ValueTask> before) : IIndexRows
    {
        public ValueTask<IndexPage> WalkAsync(UserId user, ConversationId at, int limit, CancellationToken cancel) =>
            inner.WalkAsync(user, at, limit, cancel);

        public ValueTask<bool> BelongsAsync(UserId user, ConversationId conversation, CancellationToken cancel) =>
            inner.BelongsAsync(user, conversation, cancel);

        public async ValueTask<bool> DeleteAsync(IndexRow row)
        {
            await before();
            return await inner.DeleteAsync(row);
        }
    }
}
