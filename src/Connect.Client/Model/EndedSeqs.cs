using Wire = Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>A range of seqs, both ends included.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
public readonly record struct SeqSpan(long From, long To);

/// <summary>Ascending ranges of seqs that ended undelivered; equal when the ranges are.</summary>
public sealed class EndedSeqs : IEquatable<EndedSeqs>
{
    private EndedSeqs(SeqSpan[] ranges) => Ranges = ranges;

    /// <summary>Nothing ended.</summary>
    public static EndedSeqs None { get; } = new([]);

    /// <summary>The ranges, ascending; the server keeps eight of a member at most.</summary>
    public IReadOnlyList<SeqSpan> Ranges { get; }

    /// <summary>Whether a seq is in one of the ranges.</summary>
    public bool Contains(long seq) => Ranges.Any(range => seq >= range.From && seq <= range.To);

    /// <inheritdoc/>
    public bool Equals(EndedSeqs? other) => other is not null && Ranges.SequenceEqual(other.Ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EndedSeqs);

    /// <inheritdoc/>
    public override int GetHashCode() => Ranges.Count == 0 ? 0 : HashCode.Combine(Ranges.Count, Ranges[^1]);

    internal static EndedSeqs Of(IReadOnlyCollection<Wire.SeqRange> ranges) =>
        ranges.Count == 0 ? None : new([.. ranges.Select(range => new SeqSpan((long)range.From, (long)range.To))]);
}
