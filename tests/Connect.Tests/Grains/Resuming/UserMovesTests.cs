using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Resuming;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Grains.Resuming;

/// <summary>
/// What a device is told that it missed, against a device that knows it: never "nothing" when there was something.
/// </summary>
public sealed class UserMovesTests
{
    private static readonly UserId Ann = new(1);
    private static readonly SessionId First = new(11);

    private static readonly Gen<(int Deed, int Conversation, int Wait)> Deeds = Gen.Select(
        Gen.Int[0, 9],
        Gen.Int[0, 5],
        Gen.OneOf(Gen.Int[0, 100], Gen.Int[0, 400_000])
    );

    [Fact]
    public void Nothing_is_called_received_that_the_device_does_not_hold() =>
        Deeds.List[0, 80].Sample(deeds => new World().Follow(deeds), iter: 2_000);

    [Fact]
    public void One_that_missed_nothing_is_told_so_and_what_it_missed_is_named()
    {
        var moves = Live(out var options);
        moves.Record(Entry(5, head: 1), 1_000);
        moves.Went(First, Broken(TimeSpan.FromSeconds(1)), 60_000);
        Assert.Equal(ResumeOutcome.Full, moves.Claim(First, [new(new(5), 1)], 61_000).Outcome);
        Assert.False(moves.Claim(First, [new(new(5), 1)], 61_000).Refresh);

        moves.Record(Entry(6, head: 7), 62_000);
        var claim = moves.Claim(First, [new(new(5), 1)], 63_000);
        Assert.Equal(ResumeOutcome.Partial, claim.Outcome);
        Assert.Equal([new(new(6), 7)], claim.Changed);

        var late = 60_000 + (long)options.Window.TotalMilliseconds;
        Assert.Equal(ResumeOutcome.Partial, moves.Claim(First, [], late).Outcome);
        Assert.Equal(ResumeOutcome.No, moves.Claim(First, [], late + 1).Outcome);
    }

    [Fact]
    public void Receipts_and_notices_ask_for_a_refresh_unless_they_have_certainly_arrived()
    {
        var moves = Live(out var options);
        moves.Record(Publication.OfReceipts(new(5), 1, [new(new(2), 1, 1)], [], [Ann]), 1_000);
        moves.Went(First, Broken(TimeSpan.FromSeconds(1)), 2_000 + (long)options.OnItsWay.TotalMilliseconds);
        Assert.True(moves.Claim(First, [], 20_000).Refresh);

        var sure = Live(out _);
        sure.Record(Publication.OfReceipts(new(5), 1, [new(new(2), 1, 1)], [], [Ann]), 1_000);
        sure.Went(First, Broken(TimeSpan.FromSeconds(1)), 2_001 + (long)options.OnItsWay.TotalMilliseconds);
        Assert.False(sure.Claim(First, [], 20_000).Refresh);
        sure.Record(Publication.OfNotice(new(5), ConversationNotice.Changed, [Ann]), 21_000);
        Assert.True(sure.Claim(First, [], 22_000).Refresh);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_that_was_not_live_or_is_not_known_is_not_resumed(bool isKnown)
    {
        var moves = Live(out _);
        moves.Went(First, new(RouteEnd.Broken, WasLive: false, TimeSpan.Zero), 1_000);
        Assert.Equal(ResumeOutcome.No, moves.Claim(isKnown ? First : new(99), [], 1_500).Outcome);
    }

    [Fact]
    public void One_that_is_still_there_is_not_resumed() =>
        Assert.Equal(ResumeOutcome.No, Live(out _).Claim(First, [], 1_000).Outcome);

    [Fact]
    public void When_more_moved_than_is_remembered_nothing_is_known()
    {
        var moves = Live(out var options);
        moves.Went(First, Broken(TimeSpan.Zero), 20_000);
        for (var i = 0; i < options.Moves; i++)
        {
            moves.Record(Entry(i + 1, head: 1), 21_000 + i);
        }

        Assert.Equal(options.Moves, moves.Claim(First, [], 30_000).Changed.Length);
        moves.Record(Entry(1_000, head: 1), 29_000);
        Assert.Equal(options.Moves, moves.Count);
        Assert.Equal(ResumeOutcome.No, moves.Claim(First, [], 30_000).Outcome);
    }

    [Fact]
    public void The_sessions_that_ended_last_are_remembered()
    {
        var moves = Live(out var options);
        moves.Went(First, Broken(TimeSpan.Zero), 1);
        for (var i = 0; i < options.Sessions; i++)
        {
            Assert.Equal(ResumeOutcome.Full, moves.Claim(First, [], 10).Outcome);
            var session = new SessionId((UInt128)(100 + i));
            moves.Came(session, 2 + i);
            moves.Went(session, Broken(TimeSpan.Zero), 2 + i);
        }

        Assert.Equal(ResumeOutcome.No, moves.Claim(First, [], 100).Outcome);
    }

    [Fact]
    public void A_partition_remembers_so_many_who_are_gone_and_each_for_so_long()
    {
        var time = new FakeTimeProvider();
        var options = new ResumeOptions { GoneUsers = 3 };
        var partition = new PartitionMoves(options, time);
        for (var i = 1; i <= 5; i++)
        {
            var route = new SessionRoute(new((UInt128)i), First, new(1));
            partition.Came(route);
            partition.Went(route, Broken(TimeSpan.Zero));
        }

        Assert.Equal(3, partition.Count);
        Assert.Equal(ResumeOutcome.No, Claim(partition, 1));
        Assert.Equal(ResumeOutcome.Full, Claim(partition, 5));
        Assert.Equal(ResumeOutcome.No, partition.Claim(new(5), new(First, "other", []), "x").Outcome);
        time.Advance(options.Window + TimeSpan.FromSeconds(1));
        var last = new SessionRoute(new(9), First, new(1));
        partition.Came(last);
        partition.Went(last, Broken(TimeSpan.Zero));
        Assert.Equal(1, partition.Count);
    }

    private static ResumeOutcome Claim(PartitionMoves partition, int user) =>
        partition.Claim(new((UInt128)user), new(First, "x", []), "x").Outcome;

    private static RouteEnding Broken(TimeSpan uncertainFor) => new(RouteEnd.Broken, WasLive: true, uncertainFor);

    private static UserMoves Live(out ResumeOptions options)
    {
        var moves = new UserMoves(options = new());
        moves.Came(First, 0);
        return moves;
    }

    private static Publication Entry(int conversation, long head)
    {
        var entry = new Entry(head, 0, EntryKind.Message, new(2), default, default, head);
        return new(new((UInt128)conversation), head, [entry], [default], [], [Ann]);
    }

    /// <summary>A server, and a device whose pushes are lost from some moment on until its session ends.</summary>
    private sealed class World
    {
        private readonly UserMoves _moves = new(new() { Moves = 4, Sessions = 3 });
        private readonly Dictionary<int, long> _heads = [];
        private readonly Dictionary<int, (long Seq, long At)> _held = [];
        private long _now;
        private int _last;
        private bool _isOpen;
        private bool _isDeaf;
        private long _sureAt;
        private bool _missedMarks;

        public bool Follow(List<(int Deed, int Conversation, int Wait)> deeds)
        {
            Open();
            foreach (var (deed, conversation, wait) in deeds)
            {
                _now += wait;
                switch (deed)
                {
                    case < 4:
                        Write(conversation);
                        break;
                    case 4:
                        Mark();
                        break;
                    case 5:
                        // A ping and its answer.
                        _sureAt = _isDeaf ? _sureAt : _now;
                        break;
                    case 6:
                        _isDeaf = true;
                        break;
                    case 7:
                        Break();
                        break;
                    default:
                        Break();
                        if (!Return())
                        {
                            return false;
                        }

                        break;
                }
            }

            Break();
            return Return();
        }

        private SessionId Session => new((UInt128)_last);

        private void Open()
        {
            // A sync, which brings all.
            _last++;
            _moves.Came(Session, _now);
            foreach (var (conversation, head) in _heads)
            {
                _held[conversation] = (head, _held.GetValueOrDefault(conversation).At);
            }

            Begin();
        }

        private void Begin() => (_isOpen, _isDeaf, _sureAt, _missedMarks) = (true, false, _now, false);

        private void Write(int conversation)
        {
            var head = _heads[conversation] = _heads.GetValueOrDefault(conversation) + 1;
            _moves.Record(Entry(conversation + 1, head), _now);
            if (_isOpen && !_isDeaf && _held.GetValueOrDefault(conversation).Seq == head - 1)
            {
                _held[conversation] = (head, _now);
            }
        }

        private void Mark()
        {
            _moves.Record(Publication.OfReceipts(new(1), 1, [new(new(2), 1, 1)], [], [Ann]), _now);
            _missedMarks |= !_isOpen || _isDeaf;
        }

        private void Break()
        {
            if (_isOpen)
            {
                _isOpen = false;
                _moves.Went(Session, Broken(TimeSpan.FromMilliseconds(_now - _sureAt)), _now);
            }
        }

        private bool Return()
        {
            var window = (long)new ResumeOptions().Window.TotalMilliseconds;
            ImmutableArray<ConversationPosition> heads =
            [
                .. _held
                    .Where(each => _now - each.Value.At <= window)
                    .Select(each => new ConversationPosition(new((UInt128)each.Key + 1), each.Value.Seq)),
            ];
            var (outcome, changed, refresh) = _moves.Claim(Session, heads, _now);
            var missed = _heads
                .Where(each => _held.GetValueOrDefault(each.Key).Seq < each.Value)
                .Select(each => each.Key);
            var named = changed.Select(each => (int)each.Conversation.Value - 1).ToHashSet();
            var isTrue = outcome switch
            {
                ResumeOutcome.Full => !missed.Any(),
                ResumeOutcome.Partial => missed.All(named.Contains),
                _ => true,
            };
            var isSure = outcome == ResumeOutcome.No || refresh || !_missedMarks;
            if (outcome == ResumeOutcome.No)
            {
                Open();
                return isTrue && isSure;
            }

            // What is named is read, and the session is live again without a sync of all.
            _last++;
            _moves.Came(Session, _now);
            foreach (var conversation in named)
            {
                _held[conversation] = (_heads[conversation], _now);
            }

            Begin();
            return isTrue && isSure;
        }
    }
}
