using Connect.Contracts.Accounts;

namespace Connect.Accounts.People;

/// <summary>What two users' rows about each other mean, and how a row changes. Pure.</summary>
internal static class RelationRules
{
    /// <summary>Each wants the other, in their own row; a block clears the blocker's own will.</summary>
    public static bool AreContacts(in Relation mine, in Relation theirs) => mine.Wants && theirs.Wants;

    /// <summary>What the owner of <paramref name="mine"/> sees of the other.</summary>
    public static RelationState See(in Relation mine, in Relation theirs) =>
        (mine.Wants, theirs.Wants) switch
        {
            _ when mine.Blocks => RelationState.None,
            (true, true) => RelationState.Contact,
            (true, false) => RelationState.Requested,
            // A request is a marker with a will behind it; a marker alone belongs to a request that was abandoned or
            // withdrawn.
            (false, true) when mine is { IsAsked: true, HasDeclined: false } => RelationState.Asked,
            _ => RelationState.None,
        };

    /// <summary>The owner requests or accepts the other as a contact.</summary>
    public static Relation Want(in Relation mine, long now) =>
        mine with
        {
            WantedAt = mine.Wants ? mine.WantedAt : now,
            DeclinedAt = 0,
        };

    /// <summary>The other requests the owner: a marker, written before the requester's own will.</summary>
    public static Relation Mark(in Relation theirs, long now) => theirs with { AskedAt = now };

    /// <summary>The owner declines the other's request. The other is not told.</summary>
    public static Relation Decline(in Relation mine, long now) => mine with { AskedAt = 0, DeclinedAt = now };

    /// <summary>The owner removes a contact, or withdraws their own request.</summary>
    public static Relation Remove(in Relation mine) => mine with { WantedAt = 0, AskedAt = 0 };

    /// <summary>The other withdrew their will, so their marker goes too.</summary>
    public static Relation Unmark(in Relation theirs) => theirs with { AskedAt = 0 };

    /// <summary>The owner blocks the other, which also ends the will to have them as a contact.</summary>
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

/// <summary>How a user sees another among their contacts.</summary>
public enum RelationState
{
    /// <summary>Neither a contact nor a request.</summary>
    None = 0,
    Contact = 1,

    /// <summary>The user asked and has no answer; a decline looks the same.</summary>
    Requested = 2,

    /// <summary>The other asks, and the user may accept or decline.</summary>
    Asked = 3,
}
