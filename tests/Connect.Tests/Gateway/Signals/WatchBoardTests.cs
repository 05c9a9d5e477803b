using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Watching;
using CsCheck;
using Xunit;

namespace Connect.Tests.Gateway.Signals;

/// <summary>
/// Who is told what: against a rule without memory, with the store's answers late, doubled and out of order, and with
/// updates of the directory lost until it is polled again.
/// </summary>
public sealed class WatchBoardTests
{
    private const int Users = 4;
    private const int Viewers = 3;

    private static readonly Gen<(int Deed, int Viewer, int Target, bool Flag)> Deeds = Gen.Select(
        Gen.Int[0, 9],
        Gen.Int[0, Viewers - 1],
        Gen.Int[0, Users - 1],
        Gen.Bool
    );

    [Fact]
    public void What_a_viewer_was_told_last_is_what_is_and_may_be_seen_once_all_questions_are_answered() =>
        Deeds.List[0, 80].Sample(deeds => new World().Follow(deeds), iter: 400);

    [Fact]
    public void A_viewer_watches_so_many_and_what_is_watched_already_does_not_count_again()
    {
        var board = new WatchBoard<string>(limit: 2);
        Assert.True(board.TryAdd("a", new(1), [new(10), new(11)], isAway: false));
        Assert.False(board.TryAdd("a", new(1), [new(10), new(12)], isAway: false));
        Assert.True(board.TryAdd("a", new(1), [new(10), new(11)], isAway: false));
        Assert.Equal(2, board.Targets.Count);
        board.Remove("a", [new(10)]);
        Assert.True(board.TryAdd("a", new(1), [new(12)], isAway: false));
        board.End("a");
        Assert.Empty(board.Targets);
        Assert.Equal(0, board.Viewers);
    }

    [Fact]
    public void Late_news_of_the_same_life_of_a_partition_changes_nothing_and_of_another_life_it_does()
    {
        var board = new WatchBoard<string>(limit: 2);
        board.TryAdd("a", new(1), [new(10)], isAway: false);
        var check = Assert.Single(board.Ask("a", [new(10)]));
        board.Set(Status(life: 5, number: 3, isOnline: true), []);
        board.Settle(check, isVisible: true, []);
        Assert.True(Assert.Single(board.Answer("a", [new(10)])).IsOnline);

        var pushes = new List<WatchPush<string>>();
        board.Set(Status(life: 5, number: 2, isOnline: false), pushes);
        Assert.Empty(pushes);
        board.Set(Status(life: 4, number: 1, isOnline: false) with { IsSure = false }, pushes);
        Assert.Empty(pushes);
        board.Set(Status(life: 4, number: 1, isOnline: false), pushes);
        Assert.False(Assert.Single(pushes).IsOnline);
    }

    [Fact]
    public void Who_is_hidden_from_now_on_is_said_to_be_offline_without_a_time_that_is_made_up()
    {
        var board = new WatchBoard<string>(limit: 2);
        board.TryAdd("a", new(1), [new(10)], isAway: false);
        var check = Assert.Single(board.Ask("a", [new(10)]));
        board.Set(Status(life: 5, number: 3, isOnline: true) with { Since = 7 }, []);
        board.Settle(check, isVisible: true, []);
        Assert.True(Assert.Single(board.Answer("a", [new(10)])).IsOnline);

        var hidden = Assert.Single(board.Invalidate(new(new(1), new(10), 0, 0)));
        var pushes = new List<WatchPush<string>>();
        board.Settle(hidden, isVisible: false, pushes);
        Assert.Equal(new WatchPush<string>("a", new(10), IsOnline: false, Since: 0), Assert.Single(pushes));

        // Seen again, it is told since when that user is online.
        var again = Assert.Single(board.Invalidate(new(new(1), new(10), 0, 0)));
        board.Settle(again, isVisible: true, pushes);
        Assert.Equal(new WatchPush<string>("a", new(10), IsOnline: true, Since: 7), pushes[^1]);
    }

    private static PresenceStatus Status(long life, long number, bool isOnline) =>
        new(new(10), isOnline, 0, new(life, number), Revision: 1);

    /// <summary>What is, what the board was told of it, and what it told.</summary>
    private sealed class World
    {
        private readonly WatchBoard<string> _board = new(limit: 100);
        private readonly bool[] _online = new bool[Users];
        private readonly bool[,] _hidden = new bool[Viewers, Users];
        private readonly long[] _revisions = [.. Enumerable.Repeat(1L, Users)];
        private readonly bool[] _away = new bool[Viewers];
        private readonly Dictionary<(int Viewer, int Target), bool> _told = [];
        private readonly List<(WatchCheck<string> Check, bool Answer)> _late = [];
        private readonly List<WatchPush<string>> _pushes = [];

        // Above the revisions at the beginning: each is given once.
        private long _number = 1;

        public bool Follow(List<(int Deed, int Viewer, int Target, bool Flag)> deeds)
        {
            foreach (var (deed, viewer, target, flag) in deeds)
            {
                Do(deed, viewer, target, flag);
                if (!TakePushes())
                {
                    return false;
                }
            }

            // All that was lost is found out by asking again, and all questions are answered.
            for (var target = 0; target < Users; target++)
            {
                Ask(_board.Set(Status(target), _pushes));
            }

            AnswerAll();
            for (var viewer = 0; viewer < Viewers; viewer++)
            {
                _board.SetAway(Name(viewer), isAway: false, _pushes);
            }

            return TakePushes() && _told.All(each => each.Value == IsSeen(each.Key.Viewer, each.Key.Target));
        }

        private static string Name(int viewer) => $"v{viewer}";

        private static UserId UserOf(int viewer) => new((UInt128)(100 + viewer));

        private static UserId TargetOf(int target) => new((UInt128)(1 + target));

        private bool IsSeen(int viewer, int target) => _online[target] && !_hidden[viewer, target];

        private PresenceStatus Status(int target) =>
            new(TargetOf(target), _online[target], 0, new(1, _number), _revisions[target]);

        private void Do(int deed, int viewer, int target, bool flag)
        {
            switch (deed)
            {
                case 0 or 1:
                    Watch(viewer, target);
                    break;
                case 2:
                    _board.Remove(Name(viewer), [TargetOf(target)]);
                    _told.Remove((viewer, target));
                    break;
                case 3 or 4:
                    _online[target] = !_online[target];
                    _number++;
                    if (flag)
                    {
                        Ask(_board.Set(Status(target), _pushes));
                    }

                    break;
                case 5 or 6:
                    _hidden[viewer, target] = !_hidden[viewer, target];
                    var before = _revisions[target];
                    _revisions[target] = ++_number;
                    if (flag)
                    {
                        var with = deed == 5 ? UserOf(viewer) : default;
                        Ask(_board.Invalidate(new(TargetOf(target), with, before, _revisions[target])));
                    }

                    break;
                case 7:
                    _away[viewer] = flag;
                    _board.SetAway(Name(viewer), flag, _pushes);
                    break;
                case 8:
                    AnswerAll();
                    break;
                default:
                    End(viewer);
                    break;
            }
        }

        private void Watch(int viewer, int target)
        {
            _board.TryAdd(Name(viewer), UserOf(viewer), [TargetOf(target)], _away[viewer]);
            Ask(_board.Ask(Name(viewer), [TargetOf(target)]));
            Ask(_board.Set(Status(target), _pushes));
            AnswerAll();
            TakePushes();
            _told[(viewer, target)] = Assert.Single(_board.Answer(Name(viewer), [TargetOf(target)])).IsOnline;
        }

        private void End(int viewer)
        {
            _board.End(Name(viewer));
            for (var target = 0; target < Users; target++)
            {
                _told.Remove((viewer, target));
            }

            _away[viewer] = false;
        }

        private void Ask(List<WatchCheck<string>> checks)
        {
            // The store answers what is at this moment, and the answer comes later.
            foreach (var check in checks)
            {
                var viewer = int.Parse(check.Viewer[1..], System.Globalization.CultureInfo.InvariantCulture);
                _late.Add((check, !_hidden[viewer, (int)check.Target.Value - 1]));
            }
        }

        /// <summary>The newest first: what is older must not count.</summary>
        private void AnswerAll()
        {
            _late.Reverse();
            foreach (var (check, answer) in _late)
            {
                _board.Settle(check, answer, _pushes);
            }

            _late.Clear();
        }

        private bool TakePushes()
        {
            foreach (var tell in _pushes)
            {
                var key = (
                    int.Parse(tell.Viewer[1..], System.Globalization.CultureInfo.InvariantCulture),
                    (int)tell.Target.Value - 1
                );
                if (!_told.TryGetValue(key, out var told) || told == tell.IsOnline)
                {
                    // Told of somebody not watched, or the same twice.
                    return false;
                }

                _told[key] = tell.IsOnline;
            }

            _pushes.Clear();
            return true;
        }
    }
}
