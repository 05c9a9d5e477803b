namespace Connect.Cli.Commands;

/// <summary>What the process ends with. Documented in the help; a number keeps its meaning.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The server refused, or something failed; the error says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Nobody is logged in here, or the login is no longer valid.</summary>
    public const int LoginNeeded = 3;

    /// <summary>The server was not reached in time; what was to be sent waits in the outbox.</summary>
    public const int Unreachable = 4;

    /// <summary>Ended by the user, as shells count it.</summary>
    public const int Interrupted = 130;
}
