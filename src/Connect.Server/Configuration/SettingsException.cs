namespace Connect.Server.Configuration;

/// <summary>Settings with which the server cannot start; one line per setting.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
