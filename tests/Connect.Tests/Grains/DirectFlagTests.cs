using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Conversations.Writing;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>Blocks and requests of direct conversations, as the writer meets them.</summary>
public sealed class DirectFlagTests
{
    private readonly PumpWorld _world = new();

    private MarkChange[] ToldTo(UserId user) =>
        [.. _world.Published.Where(each => each.Recipients.Contains(user)).SelectMany(each => each.Receipts)];

    [Fact]
    public void A_block_stops_a_stale_writer_at_its_next_commit()
    {
        var stale = _world.NewPump();
        Assert.Equal([AppendStatus.Committed], Send(stale, _world.Bob, "before"));
        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Ann, "from another writer"));
        Block(_world.Ann);
        var head = _world.Load()!.NextSeq;

        // Neither was told: both are refused by the store, load, and then know.
        foreach (var pump in new[] { _world.Pump, stale })
        {
            var statuses = Send(pump, _world.Bob, "after");
            Assert.True(statuses is [AppendStatus.Unavailable] or [AppendStatus.Forbidden], statuses[0].ToString());
            Assert.Equal([AppendStatus.Forbidden], Send(pump, _world.Bob, "again"));
        }

        Assert.Equal(head, _world.Load()!.NextSeq);
        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Ann, "the blocker still may"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_hides_what_they_read_gives_and_gets_no_read_receipts(bool isReader)
    {
        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Ann, "one"));
        _world.Relations.HidingReads.Add(isReader ? _world.Bob : _world.Ann);
        _world.Published.Clear();
        _world.Run(() => _world.Pump.MarkAsync(new(_world.Bob, 1, 0)));
        Assert.Equal([new MarkChange(_world.Bob, 1, 0)], ToldTo(_world.Ann));
        Assert.Equal([new MarkChange(_world.Bob, 1, 0)], ToldTo(_world.Bob));

        // That it is read now is not told even by a push without news.
        _world.Published.Clear();
        _world.Run(() => _world.Pump.MarkAsync(new(_world.Bob, 1, 1)));
        Assert.Empty(ToldTo(_world.Ann));
        Assert.Equal([new MarkChange(_world.Bob, 1, 1)], ToldTo(_world.Bob));

        _world.Relations.HidingReads.Clear();
        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Ann, "two"));
        _world.Published.Clear();
        _world.Run(() => _world.Pump.MarkAsync(new(_world.Bob, 2, 2)));
        Assert.Equal([new MarkChange(_world.Bob, 2, 2)], ToldTo(_world.Ann));
    }

    [Fact]
    public void Who_accepts_by_answering_tells_the_own_devices()
    {
        _world.Run(() =>
            _world.Pump.AppendAsync(
                new(_world.Ann, default, _world.Bob, [_world.Message("hello")], PeerStanding.Stranger)
            )
        );
        Assert.DoesNotContain(_world.Published, each => each.Notice != ConversationNotice.None);

        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Bob, "hello you"));
        var notice = Assert.Single(_world.Published, each => each.Notice != ConversationNotice.None);
        Assert.Equal((ConversationNotice.Changed, _world.Bob), (notice.Notice, Assert.Single(notice.Recipients)));
        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Bob, "once more"));
        Assert.Single(_world.Published, each => each.Notice != ConversationNotice.None);
    }

    [Fact]
    public void A_block_stops_a_writer_that_is_about_to_create_the_conversation()
    {
        _world.Store.Commits.Enqueue(async commit =>
        {
            await _world.Truth.SetFlagsAsync(
                _world.Conversation,
                _world.Ann,
                _world.Bob,
                MemberFlags.Blocks,
                MemberFlags.None
            );
            return await _world.Truth.CommitAsync(commit);
        });

        Assert.Equal([AppendStatus.Forbidden], Send(_world.Pump, _world.Bob, "first"));
        Assert.Equal(1, _world.Load()!.NextSeq);
    }

    [Fact]
    public void What_a_block_leaves_where_nobody_wrote_looks_like_no_conversation()
    {
        Block(_world.Ann);

        var byId = _world.Run(() =>
            _world.Pump.AppendAsync(new(_world.Bob, default, default, [_world.Message("by its id")]))
        );
        Assert.Equal(AppendStatus.NotFound, byId.Results[0].Status);
        Assert.Equal(AppendStatus.NotFound, _world.Run(() => _world.Pump.MarkAsync(new(_world.Bob, 1, 1))).Status);
        Assert.Empty(_world.Views(_world.Bob));
        Assert.Equal([AppendStatus.Forbidden], Send(_world.Pump, _world.Bob, "by user"));

        Unblock(_world.Ann);
        _world.Pump.Refresh();
        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Bob, "now"));
        Assert.NotNull(_world.IndexRow(_world.Ann));
        Assert.Single(_world.Views(_world.Ann));
    }

    [Fact]
    public void A_writer_that_is_told_refuses_and_takes_again_at_once()
    {
        Send(_world.Pump, _world.Bob, "one");
        Block(_world.Ann);
        _world.Pump.Refresh();
        Assert.Equal([AppendStatus.Forbidden], Send(_world.Pump, _world.Bob, "two"));
        Unblock(_world.Ann);
        _world.Pump.Refresh();
        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Bob, "three"));
    }

    [Fact]
    public void A_known_cid_of_a_blocked_sender_keeps_its_seq()
    {
        var item = _world.Message("once");
        var first = _world.Append(_world.Bob, item)[0];
        Block(_world.Ann);
        _world.Pump.Refresh();

        var again = _world.Append(_world.Bob, item)[0];

        Assert.Equal((AppendStatus.Duplicate, first.Seq), (again.Status, again.Seq));
    }

    [Fact]
    public void Until_the_receiver_answers_a_stranger_is_told_of_no_receipt()
    {
        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Ann, "hello", PeerStanding.Stranger));
        Assert.Equal(MemberFlags.Request, FlagsOf(_world.Bob));
        _world.Published.Clear();

        Assert.Equal(AppendStatus.Committed, _world.Run(() => _world.Pump.MarkAsync(new(_world.Bob, 1, 1))).Status);
        Assert.Equal([_world.Bob], _world.Published.Single(each => !each.Receipts.IsEmpty).Recipients);
        _world.Published.Clear();

        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Bob, "who is it?"));
        Assert.Equal(MemberFlags.None, FlagsOf(_world.Bob));
        Assert.Contains(
            _world.Published,
            each => each.Receipts.Any(mark => mark.User == _world.Bob) && each.Recipients.Contains(_world.Ann)
        );
    }

    [Fact]
    public void Who_declined_is_pushed_nothing_and_the_sender_notices_nothing()
    {
        Send(_world.Pump, _world.Ann, "hello", PeerStanding.Stranger);
        Set(_world.Bob, MemberFlags.Declined, MemberFlags.Request);
        _world.Pump.Refresh();
        _world.Published.Clear();

        Assert.Equal([AppendStatus.Committed], Send(_world.Pump, _world.Ann, "hello?", PeerStanding.Stranger));

        var entries = _world.Published.Where(each => !each.Entries.IsEmpty).ToList();
        Assert.Equal([_world.Ann], entries.Single().Recipients);
    }

    [Fact]
    public void Between_contacts_nothing_is_a_request()
    {
        Send(_world.Pump, _world.Ann, "hello", PeerStanding.Contact);
        Assert.Equal(MemberFlags.None, FlagsOf(_world.Bob));
    }

    [Fact]
    public void To_whom_cannot_be_reached_nothing_is_written()
    {
        Assert.Equal([AppendStatus.Forbidden], Send(_world.Pump, _world.Ann, "hello", PeerStanding.Unreachable));
        Assert.Null(_world.Load());
    }

    private AppendStatus[] Send(
        AppendPump pump,
        UserId sender,
        string text,
        PeerStanding standing = PeerStanding.Contact
    )
    {
        var peer = sender == _world.Ann ? _world.Bob : _world.Ann;
        var reply = _world.Run(() => pump.AppendAsync(new(sender, default, peer, [_world.Message(text)], standing)));
        return [.. reply.Results.Select(each => each.Status)];
    }

    private void Block(UserId user) => Set(user, MemberFlags.Blocks, MemberFlags.None);

    private void Unblock(UserId user) => Set(user, MemberFlags.None, MemberFlags.Blocks);

    private void Set(UserId user, MemberFlags add, MemberFlags remove)
    {
        Assert.NotNull(_world.SetFlags(user, add, remove));
    }

    private MemberFlags FlagsOf(UserId user) => _world.Load()!.Members.Single(each => each.User == user).Flags;
}
