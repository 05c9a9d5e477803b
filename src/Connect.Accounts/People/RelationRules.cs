using Connect.Contracts.Accounts;

namespace Connect.Accounts.People;

/// <summary>What two rows say of two users, and how a row changes. Pure.</summary>
public static class RelationRules
{
    /// <summary>Each has the will, in their own row; a block takes the own will with it.</summary>
    public static bool AreContacts(in Relation mine, in Relation theirs) => mine.Wants && theirs.Wants;

    /// <summary>What the owner of <paramref name="mine"/> sees of the other.</summary>
    public static RelationState See(in Relation mine, in Relation theirs) =>
        (mine.Wants, theirs.Wants) switch
        {
            _ when mine.Blocks => RelationState.None,
            (true, true) => RelationState.Contact,
            (true, false) => RelationState.Requested,
            // A request is the marker and the will behind it; the marker alone is a request that was not made or
            // that was taken back.
            (false, true) when mine is { IsAsked: true, HasDeclined: false } => RelationState.Asked,
            _ => RelationState.None,
        };

    /// <summary>The owner asks for the other as a contact, or accepts.</summary>
    public static Relation Want(in Relation mine, long now) =>
        mine with
        {
            WantedAt = mine.Wants ? mine.WantedAt : now,
            DeclinedAt = 0,
        };

    /// <summary>The other asks: a marker in the row of whom they ask, before their own will.</summary>
    public static Relation Mark(in Relation theirs, long now) => theirs with { AskedAt = now };

    /// <summary>The owner declines what the other asks. The other is not told.</summary>
    public static Relation Decline(in Relation mine, long now) => mine with { AskedAt = 0, DeclinedAt = now };

    /// <summary>The owner removes a contact, or takes their own request back.</summary>
    public static Relation Remove(in Relation mine) => mine with { WantedAt = 0, AskedAt = 0 };

    /// <summary>The other took their will back, so their marker goes too.</summary>
    public static Relation Unmark(in Relation theirs) => theirs with { AskedAt = 0 };

    /// <summary>The owner blocks the other: there is no will to have them as a contact any more.</summary>
    public static Relation Block(in Relation mine, long now) =>
        mine with
        {
            WantedAt = 0,
            AskedAt = 0,
            DeclinedAt = 0,
            BlockedAt = mine.Blocks ? mine.BlockedAt : now,
        };

    public static Relation Unblock(in Relation mine) => mine with { BlockedAt = 0 };
}
