using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Leaving;
using Connect.Storage.InMemory;
using Connect.Tests.AccountLife;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>
/// Writers of a direct conversation one side of which is deleted, whether they know of it or not (ADR 0002).
/// </summary>
public sealed class GoneUserTests
{
    private readonly PumpWorld _world = new();

    [Fact]
    public void A_stale_writer_writes_nothing_more_and_the_next_one_forbids()
    {
        var first = _world.Message("one");
        _world.Append(_world.Ann, first);

        Leave(_world.Bob);

        // This writer still believes that Bob is there: the store stops it.
        var stale = Assert.Single(_world.Append(_world.Ann, _world.Message("two")));
        Assert.Equal(AppendStatus.Unavailable, stale.Status);
        Assert.Equal(1, _world.Load()!.Messages);
        var again = Assert.Single(_world.Append(_world.Ann, _world.Message("two")));
        Assert.Equal(AppendStatus.Forbidden, again.Status);
        Assert.Equal(AppendStatus.Duplicate, Assert.Single(_world.Append(_world.Ann, first)).Status);
    }

    [Fact]
    public void A_writer_that_comes_anew_forbids_at_once_and_still_knows_what_was_sent()
    {
        var first = _world.Message("one");
        _world.Append(_world.Ann, first);
        Leave(_world.Bob);
        var next = _world.NewPump();

        var refused = _world.Finish(_world.Start(next, _world.Ann, _world.Message("two"))).Results[0];
        var known = _world.Finish(_world.Start(next, _world.Ann, first)).Results[0];

        Assert.Equal(AppendStatus.Forbidden, refused.Status);
        Assert.Equal((AppendStatus.Duplicate, 1L), (known.Status, known.Seq));
    }

    [Fact]
    public void A_conversation_whose_first_entry_was_on_its_way_is_not_begun()
    {
        // Its index rows are there, its head is not: the deletion puts the head, and the first entry finds it.
        Leave(_world.Bob);

        var refused = Assert.Single(_world.Append(_world.Ann, _world.Message("one")));

        Assert.Equal(AppendStatus.Forbidden, refused.Status);
        Assert.Equal(0, _world.Load()!.Messages);
    }

    [Fact]
    public async Task A_conversation_with_a_user_who_is_gone_cannot_begin_at_all()
    {
        var users = new InMemoryUserStore(_world.Truth);
        var bob = new Account(_world.Bob, "bob", "bob", null, 1, false, 1);
        await users.CreateAsync(bob);
        await users.BeginAsync(bob with { Disabled = true, DeletingSince = 1, Version = 2 });

        var refused = Assert.Single(_world.Append(_world.Ann, _world.Message("one")));

        Assert.Equal(AppendStatus.Forbidden, refused.Status);
        Assert.Null(_world.Load());
    }

    [Fact]
    public async Task When_both_sides_are_gone_only_the_head_stays()
    {
        _world.Append(_world.Ann, _world.Message("one"));
        Leave(_world.Bob);
        Leave(_world.Ann);

        Assert.Empty(_world.Load()!.Members);
        Leave(_world.Ann);
        var history = await _world.Truth.ReadHistoryAsync(
            _world.Ann,
            _world.Conversation,
            new(0, 0, 0, 9, 999),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(ReadAccess.None, history.Access);
    }

    [Fact]
    public void Leaving_twice_changes_nothing_more()
    {
        _world.Append(_world.Ann, _world.Message("one"));
        Leave(_world.Bob);
        var epoch = _world.Load()!.Epoch;

        Leave(_world.Bob);

        Assert.Equal(epoch, _world.Load()!.Epoch);
    }

    [Fact]
    public void A_leave_whose_outcome_is_unknown_is_decided_by_a_claim()
    {
        _world.Append(_world.Ann, _world.Message("one"));
        _world.Store.Commits.Enqueue(async commit =>
        {
            await _world.Truth.CommitAsync(commit);
            throw new IOException("The answer was lost.");
        });
        _world.Store.Commits.Enqueue(_ => throw new IOException("Nothing was written."));
        _world.Store.Calls.Clear();

        Leave(_world.Bob);
        Leave(_world.Ann);

        Assert.Contains("claim", _world.Store.Calls);
        Assert.Empty(_world.Load()!.Members);
    }

    [Fact]
    public async Task A_leave_that_always_comes_second_is_put_off_after_20_attempts()
    {
        _world.Append(_world.Ann, _world.Message("one"));
        for (var i = 0; i < 100; i++)
        {
            _world.Store.Commits.Enqueue(_ => ValueTask.FromResult(new CommitResult(CommitStatus.Fenced, [])));
        }

        var leaver = new ConversationLeaver(_world.Store, new NoGroups(), _world.Scheduler.Time);
        await Assert.ThrowsAsync<StoreRefusesException>(() => leaver.LeaveAsync(_world.Conversation, _world.Bob));
        Assert.Equal(100 - 20, _world.Store.Commits.Count);
        Assert.Equal(2, _world.Load()!.Members.Length);
    }

    private void Leave(UserId user)
    {
        var leaver = new ConversationLeaver(_world.Store, new NoGroups(), _world.Scheduler.Time);
        Assert.True(leaver.LeaveAsync(_world.Conversation, user).IsCompletedSuccessfully);
    }
}
