using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.People;

/// <summary>Changes one row at a time, again when somebody else changed it meanwhile, and tells who listens.</summary>
public sealed class RelationWriter(
    IRelationStore store,
    Relations relations,
    IEnumerable<IPeopleListener> listeners,
    IOptions<PeopleOptions> options
)
{
    /// <summary>Attempts to change a row while others change it.</summary>
    internal const int Attempts = 16;

    /// <param name="change">What becomes of the row; null: it may not be changed so.</param>
    public async ValueTask<RelationWrite> ChangeAsync(
        UserId owner,
        UserId other,
        Func<Relation, Relation?> change,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var row = (await store.ReadAsync([(owner, other)], cancellationToken))[0];
            if (change(row) is not { } changed)
            {
                return RelationWrite.Refused;
            }

            if (changed == row)
            {
                return RelationWrite.Written;
            }

            var written = await TryPutAsync(changed);
            if (written != RelationWrite.Changed)
            {
                return written;
            }
        }

        return RelationWrite.Changed;
    }

    /// <summary>Writes a row as it was read and changed; another one is left as it is.</summary>
    public async ValueTask<RelationWrite> TryPutAsync(Relation row)
    {
        var written = await store.PutAsync(row, options.Value.Limits);
        if (written == RelationWrite.Written)
        {
            relations.Forget(row.Owner, row.Other);
            foreach (var listener in listeners)
            {
                listener.RelationChanged(row.Owner, row.Other);
            }
        }

        return written;
    }
}
