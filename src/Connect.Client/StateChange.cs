namespace Connect.Client;

/// <summary>A change of the connection's state.</summary>
/// <param name="State">The new state.</param>
/// <param name="Error">
/// Why it is not better: the fault of the last attempt while connecting, the reason to stop when offline; else null.
/// </param>
public sealed record StateChange(ConnectionState State, ConnectException? Error)
{
    /// <summary>How long it waits before the next attempt; null = it does not wait, or there will be none.</summary>
    public TimeSpan? RetryIn { get; init; }
}
