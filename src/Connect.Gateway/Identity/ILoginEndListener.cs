namespace Connect.Gateway.Identity;

/// <summary>
/// Somebody who holds something of a login that was ended: its sessions, or what was remembered of it. Where a cluster
/// has many nodes, one of them carries the news to the others, each of which tells its own listeners.
/// </summary>
internal interface ILoginEndListener
{
    /// <summary>Completes once it is done on every node that can be reached.</summary>
    ValueTask LoginEndedAsync(LoginEnd end);
}
