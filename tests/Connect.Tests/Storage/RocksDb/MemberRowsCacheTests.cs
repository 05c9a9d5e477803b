using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Storage.RocksDb;
using Connect.Storage.Rows;
using Connect.Tests.Storage.Conformance;
using CsCheck;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

public sealed class MemberRowsCacheTests
{
    [Fact]
    public void It_stays_within_its_bound_and_keeps_what_is_in_use()
    {
        var cache = new MemberRowsCache(10);
        var used = ConversationId.NewRandom();
        cache.Put(used, Rows(2));
        for (var i = 0; i < 100; i++)
        {
            cache.Put(ConversationId.NewRandom(), Rows(3));
            Assert.InRange(cache.Members, 1, 10);
            cache.Put(used, cache.Take(used)!);
        }

        Assert.Equal(2, cache.Take(used)!.Count);
    }

    [Fact]
    public void What_is_taken_or_forgotten_is_gone_until_it_is_put_back()
    {
        var cache = new MemberRowsCache(10);
        var (one, two) = (ConversationId.NewRandom(), ConversationId.NewRandom());
        cache.Put(one, Rows(2));
        cache.Put(two, Rows(3));
        Assert.NotNull(cache.Take(one));
        Assert.Null(cache.Take(one));
        cache.Forget(two);
        Assert.Null(cache.Take(two));
        Assert.Equal(0, cache.Members);
    }

    [Fact]
    public void A_conversation_larger_than_the_bound_is_not_kept()
    {
        var cache = new MemberRowsCache(10);
        var one = ConversationId.NewRandom();
        cache.Put(one, Rows(11));
        Assert.Null(cache.Take(one));
    }

    [Fact]
    public void Rows_changed_in_memory_are_those_that_loading_them_again_gives() =>
        Gen.Int[0, 200]
            .Array[0, 60]
            .Sample(changes =>
            {
                var users = Enumerable.Range(0, 201).Select(_ => UserId.NewRandom()).ToArray();
                var rows = new MemberRows();
                foreach (var change in changes)
                {
                    var member = rows.Find(users[change]) ?? Talk.Present(users[change]);
                    var raised = member with { Marks = member.Marks with { Read = member.Marks.Read + 1 } };
                    var placed = rows.Set(raised);
                    Assert.Contains(raised, rows.Block(placed.Block));
                }

                var again = new MemberRows();
                for (var block = 0; block < MemberBlock.CountFor(rows.Count); block++)
                {
                    Assert.InRange(rows.Block(block).Count, 1, MemberBlock.Capacity);
                    again.Load([.. rows.Block(block)]);
                }

                Assert.Equal(changes.Distinct().Count(), again.Count);
                foreach (var user in changes.Distinct())
                {
                    Assert.Equal(changes.Count(each => each == user), again.Find(users[user])!.Marks.Read);
                }
            });

    [Fact]
    public void A_new_member_takes_the_position_of_one_who_was_invited_and_never_came()
    {
        var rows = Rows(MemberBlock.Capacity);
        var (never, next) = (UserId.NewRandom(), UserId.NewRandom());
        for (var round = 0; round < 200; round++)
        {
            var invited = new Member(never, MemberRole.None, [], default, new(next, 1, false));
            Assert.Equal(1, rows.Set(invited).Block);
            rows.Set(invited with { Invitation = null });
            Assert.Equal(MemberBlock.Capacity + 1, rows.Count);
            (never, next) = (UserId.NewRandom(), never);
        }

        var joined = rows.Set(Talk.Present(never));
        Assert.Equal((1, true), (joined.Block, joined.IsNew));
        Assert.NotNull(joined.Instead);
        Assert.Null(rows.Find(joined.Instead.Value));
        Assert.Equal(MemberBlock.Capacity + 1, rows.Count);
    }

    [Fact]
    public void Members_who_came_and_went_often_count_for_more()
    {
        var cache = new MemberRowsCache(100);
        var one = ConversationId.NewRandom();
        cache.Put(one, Rows(50));
        Assert.Equal(50, cache.Members);
        var often = new MemberRows();
        var ranges = Enumerable.Range(0, 1_000).Select(i => new SeqRange(2 * i, 2 * i));
        often.Load([Talk.Present(UserId.NewRandom()) with { Visible = [.. ranges] }]);

        cache.Put(ConversationId.NewRandom(), often);

        Assert.Null(cache.Take(one));
        Assert.InRange(cache.Members, 50, 100);
    }

    private static MemberRows Rows(int members)
    {
        var rows = new MemberRows();
        rows.Load([.. Enumerable.Range(0, members).Select(_ => Talk.Present(UserId.NewRandom()))]);
        return rows;
    }
}
