namespace Connect.Client;

/// <summary>With what a device begins that holds nothing yet.</summary>
public enum SyncStart
{
    /// <summary>Every entry of the last 30 days.</summary>
    LastDays,

    /// <summary>Only what no device of the user has got yet.</summary>
    Fresh,
}
