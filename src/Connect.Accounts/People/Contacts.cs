using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;

namespace Connect.Accounts.People;

/// <summary>
/// Requests, accepts, declines and removes contacts. No transaction spans two users: a request first writes a marker
/// into the other's row, then the will into the requester's own; reads ignore a marker with no will behind it. Null
/// means done.
/// </summary>
public sealed class Contacts(
    IRelationStore store,
    Relations relations,
    RelationWriter writer,
    IUserNames users,
    IDirectConversations requests,
    ContactPush push,
    TimeProvider time
)
{
    /// <summary>A marker this old with no will behind it is left over from an abandoned request.</summary>
    private static readonly TimeSpan LooseMarkerAge = TimeSpan.FromHours(1);

    private static readonly Refusal Unreachable = new(
        RefusalReason.Forbidden,
        "There is no such user, or they do not take requests.",
        "user"
    );

    private static readonly Refusal NoRequest = new(RefusalReason.NotFound, "This user does not ask.", "user");

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Contacts and open requests, both ways.</summary>
    public async ValueTask<ImmutableArray<(Relation Mine, RelationState State)>> ListAsync(
        UserId user,
        CancellationToken cancellationToken
    )
    {
        var mine = (await store.ListAsync(user, cancellationToken))
            .Where(each => each.Wants || (each.IsAsked && !each.HasDeclined))
            .ToImmutableArray();
        var theirs = await relations.ReadOfOthersAsync(mine, cancellationToken);
        var seen = ImmutableArray.CreateBuilder<(Relation, RelationState)>(mine.Length);
        for (var i = 0; i < mine.Length; i++)
        {
            var state = RelationRules.See(mine[i], theirs[i]);
            if (state != RelationState.None)
            {
                seen.Add((mine[i], state));
            }
            else if (Now - mine[i].AskedAt > (long)LooseMarkerAge.TotalMilliseconds)
            {
                // Compare-and-set: the other user may be asking again right now.
                await writer.TryPutAsync(RelationRules.Unmark(mine[i]));
            }
        }

        return seen.DrainToImmutable();
    }

    /// <summary>Requests a user as a contact, or accepts their pending request.</summary>
    public async ValueTask<Refusal?> RequestAsync(UserId user, UserId other, CancellationToken cancellationToken)
    {
        if (user == other)
        {
            return new(RefusalReason.Invalid, "Oneself is no contact.", "user");
        }

        // Everything is read for every answer, so that timing does not tell the answers apart.
        var isThere = await users.FindNameAsync(other) is not null;
        var (mine, theirs) = await relations.ReadFreshAsync(user, other, cancellationToken);
        if (!isThere || theirs.Blocks || mine.Blocks)
        {
            return Unreachable;
        }

        if (!RelationRules.AreContacts(mine, theirs))
        {
            var marked = await writer.ChangeAsync(
                other,
                user,
                row => row.Blocks ? null : RelationRules.Mark(row, Now),
                cancellationToken
            );
            if (marked != RelationWrite.Written)
            {
                return Refuse(marked);
            }
        }

        return await WantAsync(user, other, cancellationToken);
    }

    /// <summary>Accepts the other's request.</summary>
    public async ValueTask<Refusal?> AcceptAsync(UserId user, UserId other, CancellationToken cancellationToken)
    {
        var (mine, theirs) = await relations.ReadFreshAsync(user, other, cancellationToken);
        return RelationRules.See(mine, theirs) switch
        {
            RelationState.Contact => null,
            RelationState.Asked => await RequestAsync(user, other, cancellationToken),
            _ => NoRequest,
        };
    }

    /// <summary>Declines the other's request without telling them.</summary>
    public async ValueTask<Refusal?> DeclineAsync(UserId user, UserId other, CancellationToken cancellationToken)
    {
        var (mine, theirs) = await relations.ReadFreshAsync(user, other, cancellationToken);
        if (RelationRules.See(mine, theirs) != RelationState.Asked)
        {
            return NoRequest;
        }

        var written = await writer.ChangeAsync(user, other, row => RelationRules.Decline(row, Now), cancellationToken);
        if (written == RelationWrite.Full)
        {
            // No room to remember another decline: the request just goes, and may be made again.
            written = await writer.ChangeAsync(user, other, row => RelationRules.Unmark(row), cancellationToken);
        }

        if (written != RelationWrite.Written)
        {
            return Refuse(written);
        }

        push.Tell(user, other);
        return null;
    }

    /// <summary>Removes a contact, or withdraws the caller's request, without telling the other.</summary>
    public async ValueTask<Refusal?> RemoveAsync(UserId user, UserId other, CancellationToken cancellationToken)
    {
        // Read before the change: a request made anew meanwhile keeps its marker.
        var (_, theirs) = await relations.ReadFreshAsync(user, other, cancellationToken);
        var written = await writer.ChangeAsync(user, other, row => RelationRules.Remove(row), cancellationToken);
        if (written != RelationWrite.Written)
        {
            return Refuse(written);
        }

        if (theirs.IsAsked)
        {
            await writer.TryPutAsync(RelationRules.Unmark(theirs));
        }

        push.Tell(user, other);
        return null;
    }

    private async ValueTask<Refusal?> WantAsync(UserId user, UserId other, CancellationToken cancellationToken)
    {
        var wanted = await writer.ChangeAsync(
            user,
            other,
            row => row.Blocks ? null : RelationRules.Want(row, Now),
            cancellationToken
        );
        if (wanted == RelationWrite.Written)
        {
            var (mine, theirs) = await relations.ReadFreshAsync(user, other, cancellationToken);
            if (RelationRules.AreContacts(mine, theirs))
            {
                await requests.SettleAsync(user, other);
            }

            push.Tell(user, other);
            if (RelationRules.See(theirs, mine) is RelationState.Asked or RelationState.Contact)
            {
                // Not if they declined before: they see nothing.
                push.Tell(other, user);
            }

            return null;
        }

        // The marker just written has no will behind it.
        var (_, marked) = await relations.ReadFreshAsync(user, other, cancellationToken);
        await writer.TryPutAsync(RelationRules.Unmark(marked));
        return Refuse(wanted);
    }

    private static Refusal Refuse(RelationWrite written) =>
        written switch
        {
            RelationWrite.Full => new(RefusalReason.RateLimited, "Too many contacts or open requests.", "user"),
            RelationWrite.Gone => Unreachable,
            RelationWrite.Refused => Unreachable,
            _ => new(RefusalReason.Overloaded),
        };
}
