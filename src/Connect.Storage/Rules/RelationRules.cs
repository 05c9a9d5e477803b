using Connect.Contracts.Accounts;

namespace Connect.Storage.Rules;

/// <summary>What every store checks before it writes a relation, and what it then writes. Pure.</summary>
internal static class RelationRules
{
    /// <summary>Decides about a write.</summary>
    /// <param name="owner">The deletion state of the row's owner.</param>
    /// <param name="stored">The stored row, or an empty one.</param>
    /// <param name="given">The row to write, with the version it was read at.</param>
    /// <param name="counts">The owner's counts.</param>
    /// <param name="limits">Their limits; a count that does not rise may stay above its limit.</param>
    public static RelationDecision Decide(
        DeletionState owner,
        in Relation stored,
        in Relation given,
        in RelationCounts counts,
        in RelationTally limits
    )
    {
        if (owner != DeletionState.None)
        {
            return new(RelationWrite.Gone);
        }

        if (stored.Version != given.Version)
        {
            return new(RelationWrite.Changed);
        }

        var after = counts.Tally.With(stored, given);
        if (after.Exceeds(counts.Tally, limits))
        {
            return new(RelationWrite.Full);
        }

        var version = counts.Newest + 1;
        return new(RelationWrite.Written, given with { Version = version }, new(version, after));
    }
}

/// <summary>What a store keeps about the relations of one owner.</summary>
/// <param name="Newest">The highest version ever given to one of them.</param>
/// <param name="Tally">How many there are of each kind.</param>
internal readonly record struct RelationCounts(long Newest, RelationTally Tally);

/// <summary>The outcome, and with <see cref="RelationWrite.Written"/> the rows to write.</summary>
internal readonly record struct RelationDecision(
    RelationWrite Outcome,
    Relation Row = default,
    RelationCounts Counts = default
);
