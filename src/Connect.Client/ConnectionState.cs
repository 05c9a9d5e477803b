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
