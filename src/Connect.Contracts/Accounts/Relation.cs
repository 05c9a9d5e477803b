using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// One user's relation to another, on the first one's side of the store. A contact is mutual: two users are contacts
/// exactly when each has the will, in their own row. Times are milliseconds since the epoch, 0 = not.
/// </summary>
/// <param name="Owner">Whose row it is.</param>
/// <param name="Other">About whom.</param>
/// <param name="WantedAt">Since when the owner wants the other as a contact.</param>
/// <param name="AskedAt">
/// When the other last asked: a marker that the other writes here *before* their own will. Without that will behind it
/// reads ignore it.
/// </param>
/// <param name="DeclinedAt">When the owner declined: the other's request is not shown any more.</param>
/// <param name="BlockedAt">Since when the owner blocks the other.</param>
/// <param name="Version">0 = there is no row; another one with each change, given by the store.</param>
public readonly record struct Relation(
    UserId Owner,
    UserId Other,
    long WantedAt = 0,
    long AskedAt = 0,
    long DeclinedAt = 0,
    long BlockedAt = 0,
    long Version = 0
)
{
    public bool Wants => WantedAt != 0;

    public bool IsAsked => AskedAt != 0;

    public bool HasDeclined => DeclinedAt != 0;

    public bool Blocks => BlockedAt != 0;

    /// <summary>It says nothing: the store keeps no row of it.</summary>
    public bool IsEmpty => !(Wants || IsAsked || HasDeclined || Blocks);
}
