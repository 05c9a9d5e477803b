using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Typing;
using Connect.Gateway.Sessions;
using CsCheck;
using Xunit;

namespace Connect.Tests.Gateway.Signals;

/// <summary>The rules of typing against a plain model: who began when, ended when, and what was told.</summary>
public sealed class TypingRulesTests
{
    private const long Duration = 6_000;
    private const long Repeat = 2_500;
    private const int Names = 3;
    private const int Typists = 5;

    private static readonly ConversationId Room = new(7);

    private enum What
    {
        Start,
        Stop,
        Expire,
    }

    [Fact]
    public void A_view_names_the_first_who_type_and_ends_each_by_itself() =>
        Gen.Select(Gen.Int[0, 8].Select(n => new UserId((UInt128)n + 1)), Gen.Enum<What>(), Gen.Int[0, 3_000])
            .List[1, 60]
            .Sample(steps =>
            {
                var view = new TypingView(Duration, Repeat, Names, Typists);
                var model = new List<(UserId User, long Until)>();
                ImmutableArray<UserId> told = [];
                long now = 1;
                foreach (var (user, what, passed) in steps)
                {
                    now += passed;
                    var before = told;
                    foreach (var (_, names) in view.Expire(now))
                    {
                        told = Tell(view, names, now);
                    }

                    model.RemoveAll(each => each.Until <= now);
                    Assert.Equal(model.Take(Names).Select(each => each.User), told);
                    var push = what switch
                    {
                        What.Start => view.Start(Room, user, now),
                        What.Stop => view.Stop(Room, user, now),
                        _ => null,
                    };
                    Apply(model, user, what, now);
                    told = push is { } pushed ? Tell(view, pushed, now) : told;
                    Assert.Equal(model.Take(Names).Select(each => each.User), told);
                    Assert.Equal(model.Count == 0 ? long.MaxValue : model.Min(each => each.Until), view.NextDue);
                }
            });

    [Fact]
    public void Who_types_on_is_told_again_before_a_client_ends_it()
    {
        var view = new TypingView(Duration, Repeat, Names, Typists);
        var ann = new UserId(1);
        long lastPush = 0;
        for (long now = 1; now < 60_000; now += 3_000)
        {
            if (view.Start(Room, ann, now) is { } names)
            {
                Tell(view, names, now);
                lastPush = now;
            }

            Assert.True(now - lastPush < Duration);
        }
    }

    [Fact]
    public void What_found_no_room_is_told_with_the_next_word()
    {
        var view = new TypingView(Duration, Repeat, Names, Typists);
        Assert.NotNull(view.Start(Room, new UserId(1), 1));
        Assert.NotNull(view.Start(Room, new UserId(1), 2));
    }

    [Fact]
    public void A_board_tells_rarely_and_of_few_but_never_forgets_to_tell_again() =>
        Gen.Select(Gen.Int[0, 9].Select(n => new UserId((UInt128)n + 1)), Gen.Bool, Gen.Int[0, 2_000])
            .List[1, 80]
            .Sample(steps =>
            {
                var board = new TypingBoard(Duration, Repeat, Typists, 4);
                var told = new Dictionary<UserId, (long At, bool IsOn)>();
                long now = 1;
                foreach (var (user, on, passed) in steps)
                {
                    now += passed;
                    if (!on)
                    {
                        var typed = told.TryGetValue(user, out var last) && last.IsOn;
                        Assert.Equal(typed, board.Stop(Room, user, now));
                        if (typed)
                        {
                            told[user] = (last.At, false);
                        }

                        Forget(told, now);
                        continue;
                    }

                    Forget(told, now);
                    var expected = told.TryGetValue(user, out var before)
                        ? now >= before.At + Repeat
                        : told.Count < Typists;
                    Assert.Equal(expected, board.Start(Room, user, now));
                    if (expected)
                    {
                        told[user] = (now, true);
                    }
                }
            });

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public void On_and_off_again_and_again_is_told_no_more_often_than_typing_that_goes_on(int words)
    {
        var board = new TypingBoard(Duration, Repeat, Typists, 4);
        var told = 0;
        for (var i = 0; i < words; i++)
        {
            var isTold = i % 2 == 0 ? board.Start(Room, new UserId(1), 1 + i) : board.Stop(Room, new UserId(1), 1 + i);
            told += isTold ? 1 : 0;
        }

        Assert.Equal(2, told);
        Assert.True(board.Start(Room, new UserId(1), 1 + Repeat));
    }

    [Fact]
    public void One_whose_message_was_sent_is_told_at_once_when_they_type_on()
    {
        var board = new TypingBoard(Duration, Repeat, Typists, 4);
        Assert.True(board.Start(Room, new UserId(1), 1));
        board.Forget(Room, new UserId(1));
        Assert.True(board.Start(Room, new UserId(1), 2));
        board.Forget(Room, new UserId(1));
        Assert.Equal(0, board.Count);
    }

    [Fact]
    public void An_end_is_told_also_after_a_stand_still_in_which_the_clocks_of_the_others_stood_too()
    {
        var board = new TypingBoard(Duration, Repeat, Typists, 4);
        Assert.True(board.Start(Room, new UserId(1), 1));
        Assert.True(board.Stop(Room, new UserId(1), 1 + (10 * Duration)));
        Assert.False(board.Stop(Room, new UserId(1), 1 + (10 * Duration)));
        Assert.Equal(0, board.Count);
    }

    private static void Forget(Dictionary<UserId, (long At, bool IsOn)> told, long now)
    {
        foreach (var (user, (at, isOn)) in told)
        {
            if (now >= at + (isOn ? Duration : Repeat))
            {
                told.Remove(user);
            }
        }
    }

    [Fact]
    public void A_board_is_bounded_and_makes_room_for_what_is_over()
    {
        var board = new TypingBoard(Duration, Repeat, Typists, 4);
        for (ulong room = 1; room <= 20; room++)
        {
            Assert.Equal(room <= 4, board.Start(new ConversationId(room), new UserId(1), 1));
        }

        Assert.Equal(4, board.Count);
        Assert.True(board.Start(new ConversationId(50), new UserId(1), 1 + Duration));
        Assert.Equal(1, board.Count);
    }

    private static void Apply(List<(UserId User, long Until)> model, UserId user, What what, long now)
    {
        var known = model.FindIndex(each => each.User == user);
        if (what == What.Stop)
        {
            model.RemoveAll(each => each.User == user);
        }
        else if (what == What.Start && known >= 0)
        {
            model[known] = (user, now + Duration);
        }
        else if (what == What.Start && model.Count < Typists)
        {
            model.Add((user, now + Duration));
        }
    }

    private static ImmutableArray<UserId> Tell(TypingView view, ImmutableArray<UserId> names, long now)
    {
        view.Told(Room, names, now);
        return names;
    }
}
