using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>What only groups need of a store: titles that change, invites, and the end of a conversation.</summary>
/// <param name="ports">May be shared by the tests of a class: each has conversations of its own.</param>
public abstract class GroupConformance(StoreUnderTest ports)
{
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();
    private readonly UserId _cleo = UserId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_title_changes_with_its_commit()
    {
        var talk = await Talk.Between(ports.Store, _anna).CreateAsync("old");

        await talk.MustCommitAsync(talk.Commit(Change(talk, EntryKind.Title)) with { Title = "new" });

        var view = Assert.Single(await ports.Reader.ReadViewsAsync(_anna, [talk.Id], Cancel));
        Assert.Equal("new", view.Title);
        Assert.Equal("new", (await ports.Store.LoadAsync(talk.Id))!.Title);
    }

    [Fact]
    public async Task A_commit_that_is_fenced_changes_no_title()
    {
        var talk = await Talk.Between(ports.Store, _anna).CreateAsync("old");
        await ports.Store.ClaimAsync(talk.Id);

        var result = await ports.Store.CommitAsync(talk.Commit(Change(talk, EntryKind.Title)) with { Title = "new" });

        Assert.Equal(CommitStatus.Fenced, result.Status);
        Assert.Equal("old", (await ports.Store.LoadAsync(talk.Id))!.Title);
    }

    [Fact]
    public async Task An_invited_user_sees_title_inviter_and_member_count_and_nothing_else()
    {
        var talk = await Talk.Between(ports.Store, _anna, _ben).CreateAsync("plans");
        var invited = new Member(_cleo, MemberRole.None, [], default, new(_anna, 77, false));
        await talk.MustCommitAsync(talk.Commit(Change(talk, EntryKind.Invited)) with { Members = [invited] });

        var invite = Assert.Single(await ports.Reader.ReadInvitesAsync(_cleo, [talk.Id], Cancel));

        Assert.Equal(new InviteView(talk.Id, "plans", 2, new(_anna, 77, false)), invite);
        Assert.Empty(await ports.Reader.ReadViewsAsync(_cleo, [talk.Id], Cancel));
        var query = new HistoryQuery(0, 0, 0, 10, 1_000);
        Assert.Equal(ReadAccess.None, (await ports.Reader.ReadHistoryAsync(_cleo, talk.Id, query, Cancel)).Access);
        Assert.Null(await ports.Reader.ReadMembersAsync(_cleo, talk.Id, Cancel));
        var members = await ports.Reader.ReadMembersAsync(_ben, talk.Id, Cancel);
        Assert.Equal([_anna, _ben, _cleo], members!.Value.Select(member => member.User));
        Assert.Empty(await ports.Reader.ReadInvitesAsync(_ben, [talk.Id], Cancel));
    }

    [Fact]
    public async Task Of_former_members_those_are_listed_whom_the_reader_met()
    {
        var talk = await Talk.Between(ports.Store, _anna, _ben).CreateAsync("plans");
        await talk.AppendAsync(_anna, "2", "3");
        var left = new Member(_ben, MemberRole.None, [new(1, 2)], default);
        await talk.MembersAsync(left, Talk.Present(_cleo, from: 3));

        var ofAnna = await ports.Reader.ReadMembersAsync(_anna, talk.Id, Cancel);
        var ofCleo = await ports.Reader.ReadMembersAsync(_cleo, talk.Id, Cancel);

        Assert.Equal([_anna, _ben, _cleo], ofAnna!.Value.Select(member => member.User));
        Assert.Equal([_anna, _cleo], ofCleo!.Value.Select(member => member.User));
    }

    [Fact]
    public async Task A_hidden_invite_is_not_shown()
    {
        var talk = await Talk.Between(ports.Store, _anna).CreateAsync("plans");
        var invited = new Member(_cleo, MemberRole.None, [], default, new(_anna, 77, true));
        await talk.MustCommitAsync(talk.Commit(Change(talk, EntryKind.Invited)) with { Members = [invited] });

        Assert.Empty(await ports.Reader.ReadInvitesAsync(_cleo, [talk.Id], Cancel));
    }

    [Fact]
    public async Task Of_a_closed_conversation_only_the_head_is_left()
    {
        var talk = await Talk.Between(ports.Store, _anna, _ben).CreateAsync("plans");
        var message = talk.Message(2, _anna, "two");
        await talk.MustCommitAsync(talk.Commit(message));
        var left = new Member(_anna, MemberRole.None, [new(1, 3)], default);
        var gone = new Member(_ben, MemberRole.None, [new(1, 2)], default);
        var last = talk.Commit(Change(talk, EntryKind.Left)) with { Members = [left, gone], Closes = true };

        await talk.MustCommitAsync(last);

        var query = new HistoryQuery(0, 0, 0, 10, 1_000);
        Assert.Equal(ReadAccess.None, (await ports.Reader.ReadHistoryAsync(_anna, talk.Id, query, Cancel)).Access);
        Assert.Empty(await ports.Reader.ReadViewsAsync(_ben, [talk.Id], Cancel));
        Assert.Empty(await ports.Store.FindCidsAsync(talk.Id, [new(_anna, message.Cid, message.Body)]));
        var snapshot = await ports.Store.LoadAsync(talk.Id);
        Assert.Equal((4, 0), (snapshot!.NextSeq, snapshot.Members.Length));
        Assert.Null(snapshot.Title);

        // The id is never given out again, and nothing more is written under it.
        var again = Talk.Between(ports.Store, _anna).Creation("plans", talk.Message(1, _anna, "again"));
        Assert.Equal(
            CommitStatus.Exists,
            (await ports.Store.CommitAsync(again with { Conversation = talk.Id })).Status
        );
        Assert.Equal(CommitStatus.Fenced, (await ports.Store.CommitAsync(last)).Status);
    }

    [Fact]
    public async Task What_a_user_chose_for_a_conversation_stays_with_its_row()
    {
        var row = new IndexRow(_anna, ConversationId.NewRandom(), Talk.NewCid(), 5);
        Assert.Null(await ports.Index.ChooseAsync(_anna, row.Conversation, 7, 8));
        Assert.Null(await ports.Index.FindAsync(_anna, row.Conversation, Cancel));

        await ports.Index.PutAsync([row]);
        Assert.Equal(row with { MutedUntil = 7 }, await ports.Index.ChooseAsync(_anna, row.Conversation, 7, null));
        var both = row with { MutedUntil = 7, HiddenThrough = 8 };
        Assert.Equal(both, await ports.Index.ChooseAsync(_anna, row.Conversation, null, 8));
        Assert.Equal(both, await ports.Index.FindAsync(_anna, row.Conversation, Cancel));

        // Written anew, as for one who was invited and joins: it keeps the choice. Deleted, it does not.
        var anew = row with
        {
            Cid = Talk.NewCid(),
            Time = 6,
        };
        await ports.Index.PutAsync([anew]);
        Assert.Equal([both with { Cid = anew.Cid, Time = 6 }], await ports.Index.ListAsync(_anna, Cancel));
        await ports.Index.DeleteAsync(_anna, row.Conversation, anew.Cid);
        await ports.Index.PutAsync([row]);
        Assert.Equal(row, await ports.Index.FindAsync(_anna, row.Conversation, Cancel));
        Assert.Equal(row with { MutedUntil = 1 }, await ports.Index.ChooseAsync(_anna, row.Conversation, 1, 0));
    }

    [Fact]
    public async Task One_index_row_is_found_until_it_is_deleted()
    {
        var row = new IndexRow(_anna, ConversationId.NewRandom(), Talk.NewCid(), 5);
        Assert.Null(await ports.Index.FindAsync(_anna, row.Conversation, Cancel));
        await ports.Index.PutAsync([row]);

        Assert.Equal(row, await ports.Index.FindAsync(_anna, row.Conversation, Cancel));
        Assert.Null(await ports.Index.FindAsync(_ben, row.Conversation, Cancel));
        Assert.True(await ports.Index.DeleteAsync(_anna, row.Conversation, row.Cid));
        Assert.Null(await ports.Index.FindAsync(_anna, row.Conversation, Cancel));
    }

    private Entry Change(Talk talk, EntryKind kind) =>
        new(talk.NextSeq, talk.Time++, kind, _anna, default, EntryChange.OfUser(_cleo).Encode(), talk.Messages);
}
