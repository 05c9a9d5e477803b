using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.State;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>The small parts: marks, memory, time.</summary>
public sealed class ConversationRuleTests
{
    private static readonly UserId Ann = new(1);
    private static readonly UserId Bob = new(2);

    [Fact]
    public void Sending_with_what_was_seen_reads_up_to_it_and_over_the_own_message()
    {
        var marks = MarkRules.Raise(
            Ann,
            default,
            delivered: 5,
            read: 5,
            new MarkCounts(5, 0),
            head: 5,
            new RecentEntries(8),
            [Message(6, Ann)]
        );
        Assert.Equal(new MemberMarks(6, 6, 6, 0), marks);
    }

    [Fact]
    public void Sending_from_an_old_screen_leaves_what_came_since_unread()
    {
        var recent = new RecentEntries(8);
        Add(recent, Bob, Bob, Bob);
        Assert.True(recent.TryCount(Ann, 1, out var counts));

        var marks = MarkRules.Raise(Ann, default, 1, 1, counts, 3, recent, [Message(4, Ann)]);

        Assert.Equal(new MemberMarks(1, 1, 1, 1), marks);
        Assert.Equal(2, 4 - marks.ReadMessages - marks.OwnAbove);
    }

    [Fact]
    public void A_mark_above_the_head_is_clamped_and_a_lower_one_ignored()
    {
        var recent = new RecentEntries(8);
        Add(recent, Bob, Bob);
        var above = new MarkTarget(9, 9);
        Assert.Equal((2, 2), (MarkRules.DeliveredTarget(default, above, 2), MarkRules.ReadTarget(default, above, 2)));
        var first = MarkRules.Raise(Ann, default, 2, 2, new MarkCounts(2, 0), 2, recent, []);
        Assert.Equal(new MemberMarks(2, 2, 2, 0), first);
        var below = new MarkTarget(1, 1);
        Assert.Equal((2, 2), (MarkRules.DeliveredTarget(first, below, 2), MarkRules.ReadTarget(first, below, 2)));
        Assert.Equal(first, MarkRules.Raise(Ann, first, 2, 2, default, 2, recent, []));
    }

    [Fact]
    public void The_ring_of_entries_counts_what_it_still_has_and_refuses_the_rest()
    {
        var recent = new RecentEntries(3);
        Add(recent, Ann, Bob, Ann, Bob, Ann);

        Assert.False(recent.TryCount(Ann, 1, out _));
        Assert.True(recent.TryCount(Ann, 2, out var before));
        Assert.Equal(new MarkCounts(2, 2), before);
        Assert.True(recent.TryCount(Ann, 4, out var within));
        Assert.Equal(new MarkCounts(4, 1), within);
        Assert.False(recent.TryCount(Ann, 6, out _));
        Assert.True(recent.IsMessageOf(Bob, 4));
        Assert.False(recent.IsMessageOf(Bob, 2));
    }

    [Fact]
    public void The_memory_of_cids_keeps_the_newest()
    {
        var cids = new RecentCids(2);
        for (var seq = 1; seq <= 3; seq++)
        {
            cids.Add(Message(seq, Ann));
        }

        Assert.False(cids.Contains(Ann, Message(1, Ann).Cid));
        Assert.True(cids.TryGet(Ann, Message(3, Ann).Cid, out var known));
        Assert.Equal(3, known.Seq);
        Assert.False(cids.Contains(Bob, Message(3, Ann).Cid));
    }

    [Fact]
    public void Time_never_goes_back_and_old_or_early_cids_are_outside()
    {
        var options = new ConversationOptions();
        var now = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1_000);
        var at = now.ToUnixTimeMilliseconds();
        Assert.Equal(at, TimeRules.Next(at - 1, at));
        Assert.Equal(at + 5, TimeRules.Next(at + 5, at));
        Assert.False(TimeRules.IsOutside(new(Guid.CreateVersion7(now.AddDays(-28.9))), at, options));
        Assert.True(TimeRules.IsOutside(new(Guid.CreateVersion7(now.AddDays(-29.1))), at, options));
        Assert.False(TimeRules.IsOutside(new(Guid.CreateVersion7(now.AddDays(0.9))), at, options));
        Assert.True(TimeRules.IsOutside(new(Guid.CreateVersion7(now.AddDays(1.1))), at, options));
    }

    private static void Add(RecentEntries recent, params UserId[] senders)
    {
        for (var i = 0; i < senders.Length; i++)
        {
            recent.Add(Message(i + 1, senders[i]));
        }
    }

    private static Entry Message(long seq, UserId from) =>
        new(seq, seq, EntryKind.Message, from, new(new Guid((int)seq, 0, 0, new byte[8])), "text"u8.ToArray(), seq);
}
