using Connect.Server.Configuration;

namespace Connect.Server.Commands;

/// <summary>What a command works with: the settings of the command line, and where it says things.</summary>
/// <param name="Settings">As <c>--Name=value</c>.</param>
/// <param name="Out">For what was asked.</param>
/// <param name="Error">For what went wrong.</param>
internal sealed record CommandRun(IReadOnlyList<string> Settings, TextWriter Out, TextWriter Error)
{
    /// <summary>The settings, read and checked exactly as a start does.</summary>
    /// <exception cref="SettingsException">They do not allow a start.</exception>
    public ServerOptions ReadOptions() => Configuration.Settings.Read(Configuration.Settings.Load([.. Settings]));
}
