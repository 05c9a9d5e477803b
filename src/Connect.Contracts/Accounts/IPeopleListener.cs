using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// Somebody on this node for whom it matters who is a contact, who is blocked and who hides what. Called after the
/// change is durable and after <see cref="IRelations"/> knows it; must not throw and must return quickly.
/// </summary>
public interface IPeopleListener
{
    /// <summary>Something changed between two users, in the row of either.</summary>
    void RelationChanged(UserId one, UserId other);

    void PrivacyChanged(UserId user, Privacy privacy);
}
