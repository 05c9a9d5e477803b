namespace Connect.Server.Commands;

/// <summary>How the program ends.</summary>
internal static class ServerExitCode
{
    /// <summary>Stopped when told to, or done.</summary>
    public const int Done = 0;

    /// <summary>Failed.</summary>
    public const int Failed = 1;

    /// <summary>The settings, or the command line, do not allow it.</summary>
    public const int NotAllowed = 2;
}
