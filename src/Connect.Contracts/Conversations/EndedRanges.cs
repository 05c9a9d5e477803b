using System.Collections.Immutable;

namespace Connect.Contracts.Conversations;

/// <summary>Entries that ended undelivered to a member, both ends included.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
/// <param name="Others">Messages of others among them.</param>
[GenerateSerializer, Immutable, Alias("EndedRange")]
public readonly record struct EndedRange(
    [property: Id(0)] long From,
    [property: Id(1)] long To,
    [property: Id(2)] long Others
);

/// <summary>
/// What ended undelivered to a member: ascending ranges of seqs with a gap between any two, at most
/// <see cref="Limit"/> of them. Equal when the ranges are.
/// </summary>
[GenerateSerializer, Immutable, Alias("EndedRanges")]
public readonly struct EndedRanges : IEquatable<EndedRanges>
{
    /// <summary>
    /// Ranges of one member. A further one needs another absence longer than a message lives undelivered; where there
    /// would be more, the two with the fewest entries between them become one.
    /// </summary>
    public const int Limit = 8;

    [Id(0)]
    private readonly ImmutableArray<EndedRange> _ranges;

    /// <param name="ranges">Ascending, with a gap between any two; as a store or a wire keeps them.</param>
    public EndedRanges(ImmutableArray<EndedRange> ranges) => _ranges = ranges;

    /// <summary>The ranges, ascending.</summary>
    public ImmutableArray<EndedRange> All => _ranges.IsDefault ? [] : _ranges;

    /// <summary>Nothing ended.</summary>
    public bool IsEmpty => _ranges.IsDefaultOrEmpty;

    public static bool operator ==(EndedRanges left, EndedRanges right) => left.Equals(right);

    public static bool operator !=(EndedRanges left, EndedRanges right) => !left.Equals(right);

    /// <summary>Whether an entry is in one of the ranges.</summary>
    public bool Contains(long seq)
    {
        foreach (var range in All)
        {
            if (seq >= range.From && seq <= range.To)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Messages of others in the ranges above a seq, which must not be inside of one: see <see cref="Skip"/>.
    /// </summary>
    public long OthersAbove(long seq)
    {
        long others = 0;
        foreach (var range in All)
        {
            others += range.From > seq ? range.Others : 0;
        }

        return others;
    }

    /// <summary>
    /// Where a mark at a seq comes to rest: past the ranges that it is in or that follow it at once, since nothing in
    /// them can be read or unread.
    /// </summary>
    public long Skip(long seq)
    {
        foreach (var range in All)
        {
            seq = range.From <= seq + 1 && range.To > seq ? range.To : seq;
        }

        return seq;
    }

    /// <summary>With one more range, above all others.</summary>
    public EndedRanges Add(EndedRange range)
    {
        var ranges = All.ToBuilder();
        if (ranges is [.., var last] && last.To + 1 >= range.From)
        {
            ranges[^1] = new(last.From, Math.Max(last.To, range.To), last.Others + range.Others);
        }
        else
        {
            ranges.Add(range);
        }

        if (ranges.Count > Limit)
        {
            MergeNearest(ranges);
        }

        return new(ranges.ToImmutable());
    }

    /// <inheritdoc/>
    public bool Equals(EndedRanges other) => All.AsSpan().SequenceEqual(other.All.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EndedRanges other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => IsEmpty ? 0 : HashCode.Combine(All.Length, All[^1]);

    // What was delivered in the gap counts as ended from now on; what of it is unread stays so until `read` gets there.
    private static void MergeNearest(ImmutableArray<EndedRange>.Builder ranges)
    {
        var nearest = 1;
        for (var i = 2; i < ranges.Count; i++)
        {
            nearest = ranges[i].From - ranges[i - 1].To < ranges[nearest].From - ranges[nearest - 1].To ? i : nearest;
        }

        var (low, high) = (ranges[nearest - 1], ranges[nearest]);
        ranges[nearest - 1] = new(low.From, high.To, low.Others + high.Others);
        ranges.RemoveAt(nearest);
    }
}
