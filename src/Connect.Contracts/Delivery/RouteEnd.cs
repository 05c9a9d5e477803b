namespace Connect.Contracts.Delivery;

/// <summary>How a session ended: whether its device is likely to be back, and how soon.</summary>
public enum RouteEnd : byte
{
    /// <summary>The connection broke, or was closed for a fault: most devices are back at once.</summary>
    Broken = 0,

    /// <summary>The user left: <c>bye</c>, or the login is over.</summary>
    Left = 1,

    /// <summary>The node sent it elsewhere (<c>go_away</c>): it comes back after a pause.</summary>
    SentAway = 2,
}
