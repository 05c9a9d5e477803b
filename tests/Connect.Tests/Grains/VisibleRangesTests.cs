using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Conversations.State;
using CsCheck;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>What is kept of former memberships.</summary>
public sealed class VisibleRangesTests
{
    [Fact]
    public void The_newest_memberships_are_kept_and_nothing_beyond_them_is_let_read() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 3])
            .Array[0, 60]
            .Sample(steps =>
            {
                var former = new List<SeqRange>();
                var seq = 0L;
                foreach (var (apart, length) in steps)
                {
                    former.Add(new(seq + apart, seq + apart + length - 1));
                    seq = former[^1].To;
                }

                var kept = VisibleRanges.Keep([.. former]);

                Assert.InRange(kept.Length, 0, VisibleRanges.MaxFormer);
                var from = kept.IsEmpty ? 1 : kept[0].From;
                for (var each = 1L; each <= seq; each++)
                {
                    var wasVisible = former.Exists(range => range.Contains(each));
                    Assert.Equal(wasVisible && each >= from, kept.Any(range => range.Contains(each)));
                }

                // Nothing is lost but for the limit, and ranges stay apart and in order.
                if (kept.Length < VisibleRanges.MaxFormer)
                {
                    Assert.Equal(former.Select(range => range.From).FirstOrDefault(), kept.FirstOrDefault().From);
                }

                Assert.All(kept.Zip(kept.Skip(1)), pair => Assert.True(pair.First.To + 1 < pair.Second.From));
            });

    [Fact]
    public void Who_is_removed_and_added_ten_thousand_times_has_a_row_of_few_ranges()
    {
        ImmutableArray<SeqRange> visible = [];
        for (var seq = 1L; seq < 20_000; seq += 2)
        {
            visible = [.. VisibleRanges.Keep(visible), new(seq, seq + 1)];
        }

        Assert.Equal([new(1, 19_998), new(19_999, 20_000)], visible);
    }
}
