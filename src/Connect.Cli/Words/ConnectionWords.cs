using Connect.Client;

namespace Connect.Cli.Words;

/// <summary>The state of the connection in words.</summary>
internal static class ConnectionWords
{
    /// <param name="state">The state.</param>
    /// <param name="error">Why it is not live.</param>
    /// <param name="retryIn">The time until the next attempt; null = one is in progress, or there will be none.</param>
    /// <param name="waiting">The number of messages in the outbox.</param>
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

/// <summary>
/// Reports the connection: one line when it is lost, one when it is back, and none for the attempts in between.
/// </summary>
internal sealed class TroubleLines(TextWriter writer)
{
    private ConnectionState? _told;

    public void Tell(StateChange change)
    {
        if (Line(change) is { } line)
        {
            writer.WriteLine(line);
        }
    }

    /// <summary>The line for a change; null when it was reported already or needs no report.</summary>
    internal string? Line(StateChange change)
    {
        if (change.Error is { } error && _told != change.State)
        {
            _told = change.State;
            return $"— {change.State.ToString().ToLowerInvariant()}: {error.Message}";
        }

        if (change.State == ConnectionState.Live && _told is not null)
        {
            _told = null;
            return "— connected again";
        }

        return null;
    }
}
