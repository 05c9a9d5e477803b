namespace Connect.Client;

/// <summary>How this user and another stand.</summary>
public enum ContactState
{
    /// <summary>A state that this version does not know.</summary>
    Unspecified,

    /// <summary>Both want it.</summary>
    Contact,

    /// <summary>This user asked; the other has not answered.</summary>
    Requested,

    /// <summary>The other asks, and this user has not answered.</summary>
    Asked,
}
