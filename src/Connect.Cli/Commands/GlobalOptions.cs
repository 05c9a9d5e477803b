using System.CommandLine;

namespace Connect.Cli.Commands;

/// <summary>The options of every command.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Url { get; } =
        new("--url")
        {
            Description = "The server, such as https://chat.example. Also CONNECT_URL; remembered at login.",
            HelpName = "URL",
            Recursive = true,
        };

    public Option<string?> Ca { get; } =
        new("--ca")
        {
            Description = "A PEM file with the certificates to trust instead of the system's. Also CONNECT_CA.",
            HelpName = "FILE",
            Recursive = true,
        };

    public Option<string?> State { get; } =
        new("--state")
        {
            Description = "The folder that keeps logins, outboxes and messages. Also CONNECT_STATE.",
            HelpName = "DIR",
            Recursive = true,
        };

    public Option<string?> As { get; } =
        new("--as")
        {
            Description = "The user to be, of those logged in on this machine. Also CONNECT_AS; else the last one.",
            HelpName = "USER",
            Recursive = true,
        };

    public Option<bool> Json { get; } =
        new("--json") { Description = "Write one JSON object a line, for scripts.", Recursive = true };

    public Option<double> Timeout { get; } =
        new("--timeout")
        {
            Description = "Seconds to wait for the server.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 30,
            Recursive = true,
        };

    public Option<string?> PasswordFile { get; } =
        new("--password-file")
        {
            Description = "A file whose first line is the password. Else CONNECT_PASSWORD, else it is asked for.",
            HelpName = "FILE",
            Recursive = true,
        };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(Url);
        root.Options.Add(Ca);
        root.Options.Add(State);
        root.Options.Add(As);
        root.Options.Add(Json);
        root.Options.Add(Timeout);
        root.Options.Add(PasswordFile);
    }
}
