namespace Connect.Contracts.Accounts;

/// <summary>What became of a write of a <see cref="Relation"/>.</summary>
public enum RelationWrite : byte
{
    Written = 1,

    /// <summary>The row is not the one that was read: read again and decide anew.</summary>
    Changed = 2,

    /// <summary>A limit of the row's owner is reached.</summary>
    Full = 3,

    /// <summary>The row's owner was deleted, or is being deleted.</summary>
    Gone = 4,

    /// <summary>The row, as it is, may not be changed so; nothing was written.</summary>
    Refused = 5,
}
