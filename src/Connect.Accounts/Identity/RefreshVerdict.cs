namespace Connect.Accounts.Identity;

/// <summary>What a presented refresh token is worth.</summary>
public enum RefreshVerdict
{
    /// <summary>Nothing: no such chain, or it has ended.</summary>
    Unknown = 1,

    /// <summary>The newest: the chain moves on.</summary>
    Rotate = 2,

    /// <summary>The one before, within its grace: its successor is given again.</summary>
    Repeat = 3,

    /// <summary>A used one: somebody else holds a copy, the chain ends.</summary>
    Reused = 4,
}
