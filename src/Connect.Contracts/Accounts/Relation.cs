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

/// <summary>How many relations of each kind a user has.</summary>
/// <param name="Wanted">Users they want as contacts: contacts and requests of their own together.</param>
/// <param name="Requested">Of these, those who have not asked in turn.</param>
/// <param name="Asked">Requests of others that they neither accepted nor declined.</param>
/// <param name="Declined">Requests they declined, remembered so that they stay so.</param>
/// <param name="Blocked">Users they block.</param>
public readonly record struct RelationTally(int Wanted, int Requested, int Asked, int Declined, int Blocked)
{
    /// <summary>What one relation counts for.</summary>
    public static RelationTally Of(in Relation relation) =>
        new(
            relation.Wants ? 1 : 0,
            relation is { Wants: true, IsAsked: false } ? 1 : 0,
            relation is { IsAsked: true, Wants: false, HasDeclined: false } ? 1 : 0,
            relation.HasDeclined ? 1 : 0,
            relation.Blocks ? 1 : 0
        );

    /// <summary>The tally after one relation went from one state to another.</summary>
    public RelationTally With(in Relation before, in Relation after)
    {
        var (gone, come) = (Of(before), Of(after));
        return new(
            Wanted - gone.Wanted + come.Wanted,
            Requested - gone.Requested + come.Requested,
            Asked - gone.Asked + come.Asked,
            Declined - gone.Declined + come.Declined,
            Blocked - gone.Blocked + come.Blocked
        );
    }

    /// <summary>Whether this is more than <paramref name="before"/> in something that is above its limit.</summary>
    public bool Exceeds(in RelationTally before, in RelationTally limits) =>
        (Wanted > before.Wanted && Wanted > limits.Wanted)
        || (Requested > before.Requested && Requested > limits.Requested)
        || (Asked > before.Asked && Asked > limits.Asked)
        || (Declined > before.Declined && Declined > limits.Declined)
        || (Blocked > before.Blocked && Blocked > limits.Blocked);
}
