using Connect.Client;

namespace Connect.Cli.Screens.Chats;

/// <summary>The state of the connection in words.</summary>
internal static class ConnectionWords
{
    /// <param name="state">The state.</param>
    /// <param name="error">Why it is not better.</param>
    /// <param name="retryIn">The time until the next attempt; null = it is under way, or there will be none.</param>
    /// <param name="waiting">The messages in the outbox.</param>
    public static string Of(ConnectionState state, ConnectException? error, TimeSpan? retryIn, int waiting)
    {
        var queue = waiting switch
        {
            0 => "",
            1 => ": 1 message waiting",
            _ => $": {waiting} messages waiting",
        };
        return state switch
        {
            ConnectionState.Live when waiting > 1 => $"online: sending {waiting} messages",
            ConnectionState.Live => "online",
            ConnectionState.Syncing => "catching up …",
            ConnectionState.Connecting when error is null => "connecting …" + queue,
            ConnectionState.Connecting when retryIn is { } wait && wait > TimeSpan.Zero =>
                $"offline{queue}, reconnecting in {Math.Ceiling(wait.TotalSeconds):0} s",
            ConnectionState.Connecting => $"offline{queue}, reconnecting …",
            ConnectionState.Offline when error is not null => $"offline{queue}: {error.Message}",
            _ => "offline" + queue,
        };
    }
}
