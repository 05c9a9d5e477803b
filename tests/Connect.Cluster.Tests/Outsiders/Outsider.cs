namespace Connect.Cluster.Tests.Outsiders;

/// <summary>Why somebody does not belong to a conversation.</summary>
public enum Outsider
{
    /// <summary>Nobody there knows them.</summary>
    Stranger,

    /// <summary>A contact of a member.</summary>
    NonMember,

    /// <summary>The owner blocks them.</summary>
    Blocked,

    /// <summary>Invited, but so that it is never shown: they block the inviter.</summary>
    InvitedHidden,

    /// <summary>Invited, and neither accepted nor declined.</summary>
    Invited,

    /// <summary>A member once.</summary>
    Removed,
}
