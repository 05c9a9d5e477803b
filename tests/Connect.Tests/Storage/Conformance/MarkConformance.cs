using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>Marks and member rows.</summary>
/// <param name="ports">May be shared by the tests of a class: each has conversations of its own.</param>
public abstract class MarkConformance(StoreUnderTest ports)
{
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    private IConversationStore Store => ports.Store;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Marks_are_merged_by_maximum()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        await talk.AppendAsync(_anna, "2", "3", "4", "5");

        await talk.MembersAsync(Talk.Present(_ben, marks: new(4, 3, 3, 1)));
        await talk.MembersAsync(Talk.Present(_ben, marks: new(5, 2, 2, 2)));

        Assert.Equal(new MemberMarks(5, 3, 3, 1), await MarksAsync(talk, _ben));
        await talk.MembersAsync(Talk.Present(_ben, marks: new(1, 4, 4, 0)));
        Assert.Equal(new MemberMarks(5, 4, 4, 0), await MarksAsync(talk, _ben));
        Assert.Equal(default, await MarksAsync(talk, _anna));
    }

    [Fact]
    public async Task What_ended_undelivered_comes_with_the_higher_delivered_mark()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        await talk.AppendAsync(_anna, "2", "3", "4", "5");
        var ended = new EndedRanges([new(1, 1, 1), new(3, 4, 2)]);

        await talk.MembersAsync(Talk.Present(_ben, marks: new(4, 0, 0, 0, ended)));
        Assert.Equal(new MemberMarks(4, 0, 0, 0, ended), await MarksAsync(talk, _ben));
        await talk.MembersAsync(Talk.Present(_ben, marks: new(2, 2, 2, 0)));
        Assert.Equal(new MemberMarks(4, 2, 2, 0, ended), await MarksAsync(talk, _ben));
        await talk.MembersAsync(Talk.Present(_ben, marks: new(5, 2, 2, 0, new EndedRanges([new(1, 4, 4)]))));
        Assert.Equal(new EndedRanges([new(1, 4, 4)]), (await MarksAsync(talk, _ben)).Ended);
        Assert.Equal(default, await MarksAsync(talk, _anna));
    }

    [Fact]
    public async Task Marks_above_the_head_are_clamped_to_it()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        await talk.AppendAsync(_anna, "2");

        await talk.MembersAsync(Talk.Present(_ben, marks: new(99, 98, 97, 5)));

        Assert.Equal(new MemberMarks(2, 2, 2, 0), await MarksAsync(talk, _ben));
    }

    [Fact]
    public async Task Read_implies_delivered()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();

        await talk.MembersAsync(Talk.Present(_ben, marks: new(0, 1, 1, 0)));

        Assert.Equal(new MemberMarks(1, 1, 1, 0), await MarksAsync(talk, _ben));
    }

    [Fact]
    public async Task A_commit_of_marks_alone_must_pass_the_heads_comparison()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        var stale = talk.Commit() with { Members = [Talk.Present(_ben, marks: new(1, 1, 1, 0))] };
        await talk.AppendAsync(_anna, "2");

        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(stale)).Status);
        Assert.Equal(default, await MarksAsync(talk, _ben));

        await Store.ClaimAsync(talk.Id);
        var zombie = stale with { ExpectedNextSeq = 3 };
        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(zombie)).Status);
        Assert.Equal(default, await MarksAsync(talk, _ben));
    }

    [Fact]
    public async Task Own_messages_above_any_seq_are_counted_as_by_reading_them_all()
    {
        UserId[] users = [_anna, _ben, UserId.NewRandom()];
        var random = new Random(7);
        var talk = await Talk.Between(Store, users).CreateAsync("group");
        var authors = new List<UserId> { users[0] };
        while (authors.Count < 60)
        {
            var count = random.Next(1, 5);
            var entries = new List<Entry>();
            for (var i = 0; i < count; i++)
            {
                var author = users[random.Next(users.Length)];
                authors.Add(author);
                entries.Add(talk.Message(talk.NextSeq + i, author, "text"));
            }

            await talk.MustCommitAsync(talk.Commit([.. entries]));
        }

        foreach (var user in users.Append(UserId.NewRandom()))
        {
            for (var seq = 0; seq <= authors.Count + 1; seq++)
            {
                var expected = new MarkCounts(Math.Min(seq, authors.Count), authors.Skip(seq).Count(user.Equals));
                Assert.Equal(expected, await Store.CountAsync(talk.Id, user, seq));
            }
        }
    }

    [Fact]
    public async Task A_first_commit_of_marks_alone_claims_the_epoch()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();

        await talk.MustCommitAsync(
            talk.Commit() with
            {
                Epoch = 2,
                Members = [Talk.Present(_ben, marks: new(1, 1, 1, 0))],
            }
        );

        var loaded = await Store.LoadAsync(talk.Id);
        Assert.Equal((2L, 2L), (loaded!.Epoch, loaded.NextSeq));
    }

    [Fact]
    public async Task Marks_and_entries_of_one_commit_see_the_new_head()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();

        await talk.MustCommitAsync(
            talk.Commit(talk.Message(2, _ben, "own")) with
            {
                Members = [Talk.Present(_ben, marks: new(2, 2, 2, 0))],
            }
        );

        Assert.Equal(new MemberMarks(2, 2, 2, 0), await MarksAsync(talk, _ben));
    }

    [Fact]
    public async Task Members_beyond_one_block_keep_their_order_and_their_rows()
    {
        var users = Enumerable.Range(0, 200).Select(_ => UserId.NewRandom()).ToArray();
        var talk = await Talk.Between(Store, users).CreateAsync("many");
        var late = UserId.NewRandom();

        await talk.MembersAsync(
            Talk.Present(users[5], marks: new(1, 1, 1, 0)),
            Talk.Present(late, from: 1),
            Talk.Present(users[150], marks: new(1, 0, 0, 0)),
            new(users[64], MemberRole.None, [new(1, 1)], default)
        );

        var members = (await Store.LoadAsync(talk.Id))!.Members;
        Assert.Equal([.. users, late], members.Select(m => m.User));
        Assert.Equal(new MemberMarks(1, 1, 1, 0), members[5].Marks);
        Assert.Equal(new MemberMarks(1, 0, 0, 0), members[150].Marks);
        Assert.False(members[64].IsPresent);
        var view = Assert.Single(await ports.Reader.ReadViewsAsync(late, [talk.Id], Cancel));
        Assert.Equal(200, view.MemberCount);
        Assert.Empty(view.Others);
    }

    [Fact]
    public async Task Count_gives_the_messages_up_to_a_seq_and_the_members_own_above()
    {
        var talk = await Talk.Between(Store, _anna, _ben).CreateAsync();
        await talk.AppendAsync(_ben, "2", "3");
        var change = new Entry(4, talk.Time++, EntryKind.Title, _ben, default, new byte[] { 1 }, talk.Messages);
        await talk.MustCommitAsync(talk.Commit(change));
        await talk.AppendAsync(_anna, "5");
        await talk.AppendAsync(_ben, "6");

        Assert.Equal(new MarkCounts(0, 3), await Store.CountAsync(talk.Id, _ben, 0));
        Assert.Equal(new MarkCounts(2, 2), await Store.CountAsync(talk.Id, _ben, 2));
        Assert.Equal(new MarkCounts(3, 1), await Store.CountAsync(talk.Id, _ben, 4));
        Assert.Equal(new MarkCounts(3, 1), await Store.CountAsync(talk.Id, _anna, 4));
        Assert.Equal(new MarkCounts(5, 0), await Store.CountAsync(talk.Id, _ben, 6));
        Assert.Equal(new MarkCounts(5, 0), await Store.CountAsync(talk.Id, _ben, 60));
    }

    private async Task<MemberMarks> MarksAsync(Talk talk, UserId user) =>
        (await Store.LoadAsync(talk.Id))!.Members.Single(m => m.User == user).Marks;
}
