namespace Connect.Accounts.People;

/// <summary>What a user sees of another among their contacts.</summary>
public enum RelationState
{
    /// <summary>Nothing: no contact and no request.</summary>
    None = 0,
    Contact = 1,

    /// <summary>The user asked; no answer yet, or a decline, which looks the same.</summary>
    Requested = 2,

    /// <summary>The other asks, and the user may accept or decline.</summary>
    Asked = 3,
}
