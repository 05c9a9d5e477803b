using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.InMemory;

/// <summary>Contacts, requests and blocks in memory, for tests.</summary>
/// <param name="users">Takes no row of a user who is gone.</param>
public sealed class InMemoryRelations(InMemoryUserStore users) : IRelationStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, SortedDictionary<UserId, Relation>> _rows = [];
    private readonly Dictionary<UserId, (long Newest, RelationTally Tally)> _tallies = [];

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
            return new(_tallies.GetValueOrDefault(owner).Tally);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RelationWrite> PutAsync(Relation relation, RelationTally limits)
    {
        if (await users.ReadStateAsync(relation.Owner, CancellationToken.None) != DeletionState.None)
        {
            return RelationWrite.Gone;
        }

        lock (_lock)
        {
            var stored = Find(relation.Owner, relation.Other);
            if (stored.Version != relation.Version)
            {
                return RelationWrite.Changed;
            }

            var (newest, before) = _tallies.GetValueOrDefault(relation.Owner);
            var after = before.With(stored, relation);
            if (after.Exceeds(before, limits))
            {
                return RelationWrite.Full;
            }

            Set(relation with { Version = newest + 1 });
            _tallies[relation.Owner] = (newest + 1, after);
            return RelationWrite.Written;
        }
    }

    /// <inheritdoc/>
    public ValueTask DeleteAllAsync(UserId owner)
    {
        lock (_lock)
        {
            _rows.Remove(owner);
            _tallies.Remove(owner);
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
