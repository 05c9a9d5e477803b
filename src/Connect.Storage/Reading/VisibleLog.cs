using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Storage;

namespace Connect.Storage.Reading;

/// <summary>
/// What a member may see of a log with a given head: ascending, disjoint ranges of existing seqs. Pure.
/// </summary>
internal readonly struct VisibleLog
{
    private readonly ImmutableArray<SeqRange> _ranges;

    /// <param name="member">The reader.</param>
    /// <param name="head">
    /// The head, read *before* the member's row: a removal in between closes the range, and the reader gets less, never
    /// more.
    /// </param>
    public VisibleLog(Member member, long head)
    {
        var ranges = ImmutableArray.CreateBuilder<SeqRange>(member.Visible.Length);
        foreach (var range in member.Visible)
        {
            var clipped = new SeqRange(Math.Max(1, range.From), Math.Min(head, range.To));
            if (clipped.From <= clipped.To)
            {
                ranges.Add(clipped);
            }
        }

        _ranges = ranges.DrainToImmutable();
        Top = _ranges.IsEmpty ? 0 : _ranges[^1].To;
        End = member.IsPresent ? head : Top;
    }

    /// <summary>The newest seq the reader may see; 0 when there is none.</summary>
    public long Top { get; }

    /// <summary>Where the log ends for the reader: at the head, or for a former member where they left.</summary>
    public long End { get; }

    public bool AnyBelow(long seq) => !_ranges.IsEmpty && _ranges[0].From < seq;

    public bool AnyAbove(long seq) => Top > seq;

    /// <summary>The visible parts of a range, ascending.</summary>
    public IEnumerable<SeqRange> Within(long from, long to)
    {
        foreach (var range in _ranges)
        {
            var clipped = new SeqRange(Math.Max(from, range.From), Math.Min(to, range.To));
            if (clipped.From <= clipped.To)
            {
                yield return clipped;
            }
        }
    }

    /// <summary>The visible parts of a range, descending.</summary>
    public IEnumerable<SeqRange> WithinDescending(long from, long to)
    {
        for (var i = _ranges.Length - 1; i >= 0; i--)
        {
            var clipped = new SeqRange(Math.Max(from, _ranges[i].From), Math.Min(to, _ranges[i].To));
            if (clipped.From <= clipped.To)
            {
                yield return clipped;
            }
        }
    }

    /// <summary>What of a range stays empty for the reader.</summary>
    /// <param name="from">First seq of the range.</param>
    /// <param name="to">Last seq of the range.</param>
    /// <param name="expiredBelow">Visible entries below this seq are expired; 0 when none are.</param>
    public ImmutableArray<SkippedRange> Skipped(long from, long to, long expiredBelow)
    {
        var skipped = ImmutableArray.CreateBuilder<SkippedRange>();
        var next = from;
        foreach (var range in Within(from, to))
        {
            if (range.From > next)
            {
                skipped.Add(new(next, range.From - 1, SkipReason.NotMember));
            }

            if (range.From < expiredBelow)
            {
                skipped.Add(new(range.From, Math.Min(range.To, expiredBelow - 1), SkipReason.Expired));
            }

            next = range.To + 1;
        }

        if (next <= to)
        {
            skipped.Add(new(next, to, SkipReason.NotMember));
        }

        return skipped.DrainToImmutable();
    }
}
