namespace Connect.Contracts.Accounts;

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
