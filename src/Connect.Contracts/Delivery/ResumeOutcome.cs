namespace Connect.Contracts.Delivery;

/// <summary>What the partition of a user knows of what a device missed.</summary>
public enum ResumeOutcome : byte
{
    /// <summary>Not enough: the device syncs all.</summary>
    No = 0,

    /// <summary>Just these conversations moved.</summary>
    Partial = 1,

    /// <summary>It missed no entry.</summary>
    Full = 2,
}
