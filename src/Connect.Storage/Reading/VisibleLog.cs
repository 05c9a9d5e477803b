using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Storage;
using Connect.Storage.Rules;

namespace Connect.Storage.Reading;

/// <summary>
/// What a member may see of a log with a given head: ascending, disjoint ranges of seqs; what is above the floor still
/// exists. Pure.
/// </summary>
internal readonly struct VisibleLog
{
    private readonly ImmutableArray<SeqRange> _ranges;
    private readonly long _floor;

    /// <param name="member">The reader.</param>
    /// <param name="head">
    /// The head, read *before* the member's row: a removal in between closes the range, so the reader gets less, never
    /// more.
    /// </param>
    public VisibleLog(Member member, in ConversationHead head)
    {
        var ranges = ImmutableArray.CreateBuilder<SeqRange>(member.Visible.Length);
        foreach (var range in member.Visible)
        {
            var clipped = new SeqRange(Math.Max(1, range.From), Math.Min(head.Seq, range.To));
            if (clipped.From <= clipped.To)
            {
                ranges.Add(clipped);
            }
        }

        _ranges = ranges.DrainToImmutable();
        _floor = head.Floor;
        var top = _ranges.IsEmpty ? 0 : _ranges[^1].To;
        Top = top > _floor ? top : 0;
        End = member.IsPresent ? head.Seq : top;
    }

    /// <summary>The newest existing seq visible to the reader; 0 when there is none.</summary>
    public long Top { get; }

    /// <summary>Where the log ends for the reader: at the head, or where a former member left.</summary>
    public long End { get; }

    public bool AnyBelow(long seq) => Within(1, seq - 1).Any();

    public bool AnyAbove(long seq) => Top > seq;

    /// <summary>The visible, existing parts of a range, ascending.</summary>
    public IEnumerable<SeqRange> Within(long from, long to)
    {
        foreach (var range in _ranges)
        {
            var clipped = Clip(range, Math.Max(from, _floor + 1), to);
            if (clipped.From <= clipped.To)
            {
                yield return clipped;
            }
        }
    }

    /// <summary>The visible, existing parts of a range, descending.</summary>
    public IEnumerable<SeqRange> WithinDescending(long from, long to)
    {
        for (var i = _ranges.Length - 1; i >= 0; i--)
        {
            var clipped = Clip(_ranges[i], Math.Max(from, _floor + 1), to);
            if (clipped.From <= clipped.To)
            {
                yield return clipped;
            }
        }
    }

    /// <summary>The parts of a range that stay empty for the reader.</summary>
    /// <param name="from">First seq of the range.</param>
    /// <param name="to">Last seq of the range.</param>
    /// <param name="expiredBelow">Visible entries below this seq are expired; 0 when none are.</param>
    public ImmutableArray<SkippedRange> Skipped(long from, long to, long expiredBelow)
    {
        var skipped = ImmutableArray.CreateBuilder<SkippedRange>();
        var next = from;
        foreach (var range in _ranges)
        {
            var (first, last) = Clip(range, from, to);
            if (first > last)
            {
                continue;
            }

            Add(next, first - 1, SkipReason.NotMember);
            Add(first, Math.Min(last, _floor), SkipReason.Deleted);
            Add(Math.Max(first, _floor + 1), Math.Min(last, expiredBelow - 1), SkipReason.Expired);
            next = last + 1;
        }

        Add(next, to, SkipReason.NotMember);
        return skipped.DrainToImmutable();

        void Add(long first, long last, SkipReason why)
        {
            if (first <= last)
            {
                skipped.Add(new(first, last, why));
            }
        }
    }

    private static SeqRange Clip(SeqRange range, long from, long to) =>
        new(Math.Max(from, range.From), Math.Min(to, range.To));
}
