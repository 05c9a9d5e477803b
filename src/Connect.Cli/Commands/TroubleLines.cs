using Connect.Client;

namespace Connect.Cli.Commands;

/// <summary>
/// Tells how the connection stands: a line when it is lost, a line when it is back, and none for each attempt between.
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

    /// <summary>The line for a change; null = it was told already, or is nothing to tell.</summary>
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
