using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Caching;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.People;

/// <summary>
/// The read side of relations: the rows are the truth, and reads are cached for a short while.
/// </summary>
public sealed class Relations(
    IRelationStore store,
    IUserStore users,
    IOptions<PeopleOptions> options,
    TimeProvider time
) : IRelations
{
    /// <summary>Pairs per read of the store.</summary>
    private const int PairsPerRead = 500;

    /// <summary>
    /// Others up to which only their rows are read to know whom of them a user blocks. Of more, all that the user has
    /// are read once and remembered: each of a large group would read a row for every other.
    /// </summary>
    private const int FewOthers = 50;

    private readonly RememberedReads<(UserId Owner, UserId Other), Relation> _rows = new(
        options.Value.RememberedRelations,
        options.Value.RelationMemory,
        time
    );
    private readonly RememberedReads<UserId, ImmutableHashSet<UserId>> _blocked = new(
        options.Value.RememberedRelations,
        options.Value.RelationMemory,
        time
    );
    private readonly RememberedReads<UserId, Privacy> _privacy = new(
        options.Value.RememberedRelations,
        options.Value.RelationMemory,
        time
    );

    /// <inheritdoc/>
    public async ValueTask<ImmutableHashSet<UserId>> FindContactsAsync(
        UserId user,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    )
    {
        var contacts = ImmutableHashSet.CreateBuilder<UserId>();
        foreach (var (mine, theirs) in await ReadBothAsync(user, others, cancellationToken))
        {
            if (RelationRules.AreContacts(mine, theirs))
            {
                contacts.Add(mine.Other);
            }
        }

        return contacts.ToImmutable();
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<UserId>> ListContactsAsync(UserId user, CancellationToken cancellationToken)
    {
        var wanted = (await store.ListAsync(user, cancellationToken)).Where(each => each.Wants).ToImmutableArray();
        var theirs = await ReadOfOthersAsync(wanted, cancellationToken);
        return
        [
            .. wanted
                .Zip(theirs)
                .Where(each => RelationRules.AreContacts(each.First, each.Second))
                .Select(each => each.First.Other),
        ];
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<BlockBetween>> FindBlocksAsync(
        UserId one,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    )
    {
        var blocks = ImmutableArray.CreateBuilder<BlockBetween>();
        foreach (var (mine, theirs) in await ReadBothAsync(one, others, cancellationToken))
        {
            if (mine.Blocks || theirs.Blocks)
            {
                blocks.Add(new(mine.Other, mine.Blocks, theirs.Blocks));
            }
        }

        return blocks.DrainToImmutable();
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableHashSet<UserId>> FindBlockedAsync(UserId user, CancellationToken cancellationToken) =>
        _blocked.TryGet(user, out var known) ? new(known) : AskBlockedAsync(user, [], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableHashSet<UserId>> FindBlockedAmongAsync(
        UserId user,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    ) => _blocked.TryGet(user, out var known) ? new(known) : AskBlockedAsync(user, others, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Privacy> ReadPrivacyAsync(UserId user, CancellationToken cancellationToken) =>
        _privacy.TryGet(user, out var known) ? new(known) : AskPrivacyAsync(user, cancellationToken);

    /// <summary>
    /// The others' rows about the owner of <paramref name="own"/>, in the same order, straight from the store.
    /// </summary>
    public async ValueTask<ImmutableArray<Relation>> ReadOfOthersAsync(
        ImmutableArray<Relation> own,
        CancellationToken cancellationToken
    )
    {
        var theirs = ImmutableArray.CreateBuilder<Relation>(own.Length);
        foreach (var part in own.Chunk(PairsPerRead))
        {
            theirs.AddRange(
                await store.ReadAsync([.. part.Select(each => (each.Other, each.Owner))], cancellationToken)
            );
        }

        return theirs.DrainToImmutable();
    }

    /// <summary>Both rows of two users, straight from the store.</summary>
    public async ValueTask<(Relation Mine, Relation Theirs)> ReadFreshAsync(
        UserId user,
        UserId other,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ReadAsync([(user, other), (other, user)], cancellationToken);
        return (rows[0], rows[1]);
    }

    /// <summary>Call once a change of a row is durable.</summary>
    public void Forget(UserId owner, UserId other)
    {
        _rows.Forget((owner, other));
        _blocked.Forget(owner);
    }

    /// <summary>Call once a change of a user's privacy is durable.</summary>
    public void ForgetPrivacy(UserId user) => _privacy.Forget(user);

    /// <summary>Most users block nobody, which their tally alone tells.</summary>
    private async ValueTask<ImmutableHashSet<UserId>> AskBlockedAsync(
        UserId user,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    )
    {
        var ticket = _blocked.Begin(user);
        var blocks = (await store.CountAsync(user, cancellationToken)).Blocked > 0;
        if (blocks && others.Length is > 0 and <= FewOthers)
        {
            return await AskBlockedAmongAsync(user, others, cancellationToken);
        }

        var rows = blocks ? await store.ListAsync(user, cancellationToken) : [];
        var blocked = rows.Where(row => row.Blocks).Select(row => row.Other).ToImmutableHashSet();
        _blocked.Set(user, blocked, ticket);
        return blocked;
    }

    private async ValueTask<ImmutableHashSet<UserId>> AskBlockedAmongAsync(
        UserId user,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    )
    {
        var blocked = ImmutableHashSet.CreateBuilder<UserId>();
        var missing = ImmutableArray.CreateBuilder<(UserId Owner, UserId Other)>();
        foreach (var other in others)
        {
            if (!_rows.TryGet((user, other), out var row))
            {
                missing.Add((user, other));
            }
            else if (row.Blocks)
            {
                blocked.Add(other);
            }
        }

        var pairs = missing.DrainToImmutable();
        var tickets = pairs.Select(_rows.Begin).ToArray();
        var rows = pairs.IsEmpty ? [] : await store.ReadAsync(pairs, cancellationToken);
        for (var i = 0; i < rows.Length; i++)
        {
            _rows.Set(pairs[i], rows[i], tickets[i]);
            if (rows[i].Blocks)
            {
                blocked.Add(rows[i].Other);
            }
        }

        return blocked.ToImmutable();
    }

    private async ValueTask<Privacy> AskPrivacyAsync(UserId user, CancellationToken cancellationToken)
    {
        var ticket = _privacy.Begin(user);
        var privacy = (await users.GetAsync(user, cancellationToken))?.Privacy ?? default;
        _privacy.Set(user, privacy, ticket);
        return privacy;
    }

    /// <summary>Both rows for each of the others, from the cache or in batched reads.</summary>
    private async ValueTask<(Relation Mine, Relation Theirs)[]> ReadBothAsync(
        UserId one,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    )
    {
        var both = new (Relation Mine, Relation Theirs)[others.Length];
        var missing = new List<int>();
        for (var i = 0; i < both.Length; i++)
        {
            if (
                !_rows.TryGet((one, others[i]), out both[i].Mine) || !_rows.TryGet((others[i], one), out both[i].Theirs)
            )
            {
                missing.Add(i);
            }
        }

        foreach (var part in missing.Chunk(PairsPerRead / 2))
        {
            ImmutableArray<(UserId, UserId)> pairs =
            [
                .. part.SelectMany(i => new[] { (one, others[i]), (others[i], one) }),
            ];
            var tickets = pairs.Select(_rows.Begin).ToArray();
            var rows = await store.ReadAsync(pairs, cancellationToken);
            for (var i = 0; i < rows.Length; i++)
            {
                _rows.Set(pairs[i], rows[i], tickets[i]);
            }

            for (var i = 0; i < part.Length; i++)
            {
                both[part[i]] = (rows[2 * i], rows[(2 * i) + 1]);
            }
        }

        return both;
    }
}
