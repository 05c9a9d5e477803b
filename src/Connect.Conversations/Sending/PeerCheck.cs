using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.Sending;

/// <summary>
/// What a user named by <c>to</c> is to a sender. Whether they block the sender is not asked here: the conversation
/// itself knows it, and answers who is unknown, gone or blocking in the same way.
/// </summary>
public sealed class PeerCheck(IUserNames users, IRelations relations)
{
    public async ValueTask<PeerStanding> FindAsync(UserId sender, UserId peer, CancellationToken cancellationToken)
    {
        if (peer.IsNone)
        {
            return PeerStanding.None;
        }

        var isThere = await users.FindNameAsync(peer) is not null;
        var contacts = await relations.FindContactsAsync(sender, [peer], cancellationToken);
        return !isThere ? PeerStanding.Unreachable
            : contacts.IsEmpty ? PeerStanding.Stranger
            : PeerStanding.Contact;
    }
}
