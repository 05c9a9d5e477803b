using Connect.Contracts.Conversations;
using CsCheck;
using Xunit;

namespace Connect.Tests.Grains;

public sealed class EndedRangesTests
{
    [Fact]
    public void Ranges_stay_few_and_never_lose_what_ended() =>
        Gen.Select(Gen.Long[0, 3], Gen.Long[1, 4], Gen.Long[0, 2])
            .List[0, 40]
            .Sample(steps =>
            {
                var ended = default(EndedRanges);
                var gone = new HashSet<long>();
                var next = 1L;
                long others = 0;
                foreach (var (gap, length, messages) in steps)
                {
                    var range = new EndedRange(next + gap, next + gap + length - 1, messages);
                    ended = ended.Add(range);
                    for (var seq = range.From; seq <= range.To; seq++)
                    {
                        gone.Add(seq);
                    }

                    (next, others) = (range.To + 1, others + messages);
                    Assert.True(ended.All.Length <= EndedRanges.Limit);
                    Assert.All(gone, seq => Assert.True(ended.Contains(seq)));
                    Assert.Equal(others, ended.OthersAbove(0));
                    Assert.Equal(0, ended.OthersAbove(range.To));
                    Assert.All(
                        ended.All.Zip(ended.All.Skip(1)),
                        pair => Assert.True(pair.First.To + 1 < pair.Second.From)
                    );
                }
            });

    [Fact]
    public void While_there_is_room_nothing_that_was_delivered_counts_as_ended() =>
        Gen.Select(Gen.Long[1, 3], Gen.Long[1, 4])
            .List[0, EndedRanges.Limit]
            .Sample(steps =>
            {
                var ended = default(EndedRanges);
                var next = 1L;
                foreach (var (gap, length) in steps)
                {
                    ended = ended.Add(new(next + gap, next + gap + length - 1, 0));
                    next += gap + length;
                    Assert.All(Enumerable.Range(1, (int)gap), i => Assert.False(ended.Contains(next - length - i)));
                }
            });

    [Fact]
    public void A_mark_rests_behind_what_ended_and_never_inside_of_it()
    {
        var ended = default(EndedRanges).Add(new(3, 5, 1)).Add(new(8, 9, 2));

        Assert.Equal([1, 5, 5, 5, 5, 6, 9, 9, 9, 10], Enumerable.Range(1, 10).Select(seq => ended.Skip(seq)));
        Assert.Equal([3, 2, 0], new long[] { 1, 5, 9 }.Select(ended.OthersAbove));
    }

    [Fact]
    public void Equal_ranges_are_equal_whoever_made_them()
    {
        Assert.Equal(default, new EndedRanges([]));
        Assert.Equal(default(EndedRanges).Add(new(1, 2, 1)).Add(new(3, 4, 1)), new EndedRanges([new(1, 4, 2)]));
        Assert.NotEqual(default, new EndedRanges([new(1, 4, 2)]));
        Assert.Equal(default(MemberMarks), new MemberMarks(0, 0, 0, 0, new EndedRanges([])));
    }
}
