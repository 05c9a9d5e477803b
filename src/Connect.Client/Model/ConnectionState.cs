namespace Connect.Client;

/// <summary>The connection of a <see cref="ConnectClient"/> to its server.</summary>
public enum ConnectionState
{
    /// <summary>Not started, disposed, or stopped until somebody acts.</summary>
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
/// Why it is not live: the fault of the last attempt while connecting, the reason for stopping when offline; else null.
/// </param>
public sealed record StateChange(ConnectionState State, ConnectException? Error)
{
    /// <summary>How long it waits before the next attempt; null = it does not wait, or there will be none.</summary>
    public TimeSpan? RetryIn { get; init; }
}
