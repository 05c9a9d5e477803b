using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Accounts.People;

/// <summary>
/// Tells a user's devices that their relation to another user changed. Like any push it may be lost; the list of
/// contacts is the truth.
/// </summary>
public sealed class ContactPush(IPublisher publisher, IDirectConversationIds ids)
{
    public void Tell(UserId user, UserId about) =>
        publisher.Publish(
            Publication.OfNotice(ids.Derive(user, about), ConversationNotice.Changed, [user], contact: about)
        );
}
