namespace Connect.Gateway.Sessions;

/// <summary>Something the wheel calls when it is due.</summary>
internal interface IWheelItem
{
    /// <summary>When the wheel calls next, in waking milliseconds; owned by the wheel.</summary>
    long WheelDue { get; set; }

    /// <summary>Called at the due time or soon after. Returns when to call again; 0 = never.</summary>
    long OnDue(long now);
}
