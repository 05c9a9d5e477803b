namespace Connect.Client;

/// <summary>How a <see cref="ConnectClient"/> stands with its server.</summary>
public enum ConnectionState
{
    /// <summary>Not started, disposed, or stopped for a reason that needs somebody to act.</summary>
    Offline,

    /// <summary>Connecting, or waiting to try again. Messages sent now wait in the outbox.</summary>
    Connecting,

    /// <summary>Connected and catching up. Messages sent now go out.</summary>
    Syncing,

    /// <summary>Connected, with no hole left in any conversation.</summary>
    Live,
}

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
