using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Watching;

/// <summary>
/// Whose presence a user may see: contacts', unless there is a block between the two, or one of them hides presence.
/// </summary>
internal sealed class PresenceVisibility(IRelations relations)
{
    public async ValueTask<HashSet<UserId>> FindAsync(UserId viewer, ImmutableArray<UserId> targets)
    {
        var visible = new HashSet<UserId>();
        if ((await relations.ReadPrivacyAsync(viewer, CancellationToken.None)).HidesPresence)
        {
            return visible;
        }

        var contacts = await relations.FindContactsAsync(viewer, targets, CancellationToken.None);
        var blocks = await relations.FindBlocksAsync(viewer, [.. contacts], CancellationToken.None);
        foreach (var contact in contacts.Except(blocks.Select(each => each.Other)))
        {
            if (!(await relations.ReadPrivacyAsync(contact, CancellationToken.None)).HidesPresence)
            {
                visible.Add(contact);
            }
        }

        return visible;
    }
}
