using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Tests.Gateway;

/// <summary>Relations that are not read while told so.</summary>
internal sealed class FaultyRelations(IRelationStore store) : IRelationStore
{
    public bool IsFailing { get; set; }

    public ValueTask<ImmutableArray<Relation>> ReadAsync(
        ImmutableArray<(UserId Owner, UserId Other)> pairs,
        CancellationToken cancellationToken
    ) => IsFailing ? throw new IOException("no store") : store.ReadAsync(pairs, cancellationToken);

    public ValueTask<ImmutableArray<Relation>> ListAsync(UserId owner, CancellationToken cancellationToken) =>
        store.ListAsync(owner, cancellationToken);

    public ValueTask<RelationTally> CountAsync(UserId owner, CancellationToken cancellationToken) =>
        store.CountAsync(owner, cancellationToken);

    public ValueTask<RelationWrite> PutAsync(Relation relation, RelationTally limits) =>
        store.PutAsync(relation, limits);

    public ValueTask DeleteAllAsync(UserId owner) => store.DeleteAllAsync(owner);
}
