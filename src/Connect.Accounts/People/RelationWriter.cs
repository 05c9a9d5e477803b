using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.People;

/// <summary>Changes one row at a time, retrying on conflicts, and notifies the listeners.</summary>
public sealed class RelationWriter(
    IRelationStore store,
    Relations relations,
    IEnumerable<IPeopleListener> listeners,
    IOptions<PeopleOptions> options
)
{
    /// <summary>Attempts to change a row under concurrent changes.</summary>
    internal const int Attempts = 16;

    /// <param name="change">Returns the new row; null refuses the change.</param>
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

    /// <summary>Writes a changed row, unless the stored one has changed since it was read.</summary>
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
