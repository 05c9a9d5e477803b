namespace Connect.Cli.Runs;

/// <summary>An error with its exit code and a line for the user.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>
/// The exit codes of the process. They are documented in the help, and a number never changes its meaning.
/// </summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The server refused, or something failed; the error says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Nobody is logged in on this machine, or the login is no longer valid.</summary>
    public const int LoginNeeded = 3;

    /// <summary>The server was not reached in time; unsent messages stay in the outbox.</summary>
    public const int Unreachable = 4;

    /// <summary>Interrupted by the user, with the number shells use for it.</summary>
    public const int Interrupted = 130;
}
