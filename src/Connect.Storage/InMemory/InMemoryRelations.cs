using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.Rules;

namespace Connect.Storage.InMemory;

/// <summary>Contacts, requests and blocks in memory.</summary>
/// <param name="users">Knows who is deleted: their rows are refused.</param>
public sealed class InMemoryRelations(InMemoryUserStore users) : IRelationStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, SortedDictionary<UserId, Relation>> _rows = [];
    private readonly Dictionary<UserId, RelationCounts> _counts = [];

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Relation>> ReadAsync(
        ImmutableArray<(UserId Owner, UserId Other)> pairs,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return new([.. pairs.Select(pair => Find(pair.Owner, pair.Other))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Relation>> ListAsync(UserId owner, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_rows.TryGetValue(owner, out var rows) ? [.. rows.Values] : []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<RelationTally> CountAsync(UserId owner, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_counts.GetValueOrDefault(owner).Tally);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RelationWrite> PutAsync(Relation relation, RelationTally limits)
    {
        var owner = await users.ReadStateAsync(relation.Owner, CancellationToken.None);
        lock (_lock)
        {
            var stored = Find(relation.Owner, relation.Other);
            var counts = _counts.GetValueOrDefault(relation.Owner);
            var decision = RelationRules.Decide(owner, stored, relation, counts, limits);
            if (decision.Outcome == RelationWrite.Written)
            {
                Set(decision.Row);
                _counts[relation.Owner] = decision.Counts;
            }

            return decision.Outcome;
        }
    }

    /// <inheritdoc/>
    public ValueTask DeleteAllAsync(UserId owner)
    {
        lock (_lock)
        {
            _rows.Remove(owner);
            _counts.Remove(owner);
            return ValueTask.CompletedTask;
        }
    }

    private Relation Find(UserId owner, UserId other) =>
        _rows.TryGetValue(owner, out var rows) && rows.TryGetValue(other, out var relation)
            ? relation
            : new(owner, other);

    private void Set(in Relation relation)
    {
        if (!_rows.TryGetValue(relation.Owner, out var rows))
        {
            _rows.Add(relation.Owner, rows = []);
        }

        if (relation.IsEmpty)
        {
            rows.Remove(relation.Other);
        }
        else
        {
            rows[relation.Other] = relation;
        }
    }
}
