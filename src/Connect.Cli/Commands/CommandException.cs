namespace Connect.Cli.Commands;

/// <summary>A fault with its exit code and a line for the user.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
