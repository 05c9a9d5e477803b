using System.CommandLine;
using Connect.Cli.Output;
using Connect.Cli.States;
using Connect.Cli.Terminals;
using Connect.Client;

namespace Connect.Cli.Runs;

/// <summary>One run of a command: its options, its state folder and its output.</summary>
internal sealed class CommandRun
{
    private readonly GlobalOptions _global;
    private readonly ParseResult _arguments;

    public CommandRun(GlobalOptions global, ParseResult arguments, ITerminal terminal)
    {
        _global = global;
        _arguments = arguments;
        Terminal = terminal;
        Folder = new(arguments.GetValue(global.State) ?? terminal.Variable("CONNECT_STATE"));
        Output = arguments.GetValue(global.Json) ? new JsonOutput(terminal.Out) : new TextOutput(terminal.Out);
    }

    public ITerminal Terminal { get; }

    public StateFolder Folder { get; }

    public IOutput Output { get; }

    /// <summary>Whether the output is meant for a program.</summary>
    public bool IsJson => _arguments.GetValue(_global.Json);

    public TimeSpan Timeout => TimeSpan.FromSeconds(Math.Clamp(_arguments.GetValue(_global.Timeout), 0.1, 86_400));

    /// <summary>The user of this run: the one named, or else the one who logged in last.</summary>
    public UserFolder CurrentUser
    {
        get
        {
            var name = _arguments.GetValue(_global.As) ?? Terminal.Variable("CONNECT_AS") ?? Folder.ReadCurrentUser();
            return name is not null && Folder.Of(name) is { Exists: true } user
                ? user
                : throw new CommandException(
                    ExitCode.LoginNeeded,
                    name is null
                        ? "Nobody is logged in on this machine: run connect login USER."
                        : $"{name} is not logged in on this machine: run connect login {name}."
                );
        }
    }

    /// <summary>The server: from the options, the environment, or the last login of the user.</summary>
    public ServerAddress ServerOf(UserFolder user)
    {
        var saved = user.ReadServer() ?? Folder.ReadCurrentServer();
        var url = _arguments.GetValue(_global.Url) ?? Terminal.Variable("CONNECT_URL") ?? saved?.Url;
        var ca = _arguments.GetValue(_global.Ca) ?? Terminal.Variable("CONNECT_CA") ?? saved?.Ca;
        if (url is null)
        {
            throw new CommandException(ExitCode.Usage, "Which server? Use --url or set CONNECT_URL.");
        }

        try
        {
            return new(ServerAddress.ToSocketUrl(url), ca is null ? null : Path.GetFullPath(ca));
        }
        catch (FormatException error)
        {
            throw new CommandException(ExitCode.Usage, error.Message);
        }
    }

    public static ConnectOptions Options(ServerAddress server) =>
        new(server.Url) { TrustedCertificates = server.Ca, Agent = "connect-cli/0.1" };

    /// <summary>The password, from a file, the environment, or the person at the terminal.</summary>
    public async Task<string> PasswordAsync(string question, bool twice, CancellationToken cancellationToken)
    {
        if (_arguments.GetValue(_global.PasswordFile) is { } file)
        {
            return File.ReadLines(file).FirstOrDefault() ?? "";
        }

        if (Terminal.Variable("CONNECT_PASSWORD") is { } password)
        {
            return password;
        }

        if (!Terminal.CanAsk)
        {
            throw new CommandException(
                ExitCode.LoginNeeded,
                "A password is required: use --password-file or set CONNECT_PASSWORD."
            );
        }

        var first = await Terminal.ReadPasswordAsync(question, cancellationToken);
        return !twice || await Terminal.ReadPasswordAsync("Repeat the password: ", cancellationToken) == first
            ? first
            : throw new CommandException(ExitCode.Usage, "The passwords do not match.");
    }

    /// <summary>Runs a command and turns errors into a line and an exit code.</summary>
    public static async Task<int> RunAsync(
        Func<CommandRun> create,
        ITerminal terminal,
        Func<CommandRun, CancellationToken, Task<int>> command,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await command(create(), cancellationToken);
        }
        catch (CommandException error)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return error.ExitCode;
        }
        catch (ConnectException error)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return error.Code switch
            {
                Protocol.ErrorCode.Unauthenticated => ExitCode.LoginNeeded,
                Protocol.ErrorCode.Unavailable => ExitCode.Unreachable,
                _ => ExitCode.Failed,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }
}

/// <summary>The options every command takes.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Url { get; } =
        new("--url")
        {
            Description = "The server, such as https://chat.example. Or set CONNECT_URL; login remembers it.",
            HelpName = "URL",
            Recursive = true,
        };

    public Option<string?> Ca { get; } =
        new("--ca")
        {
            Description = "A PEM file of certificates to trust instead of the system's. Or set CONNECT_CA.",
            HelpName = "FILE",
            Recursive = true,
        };

    public Option<string?> State { get; } =
        new("--state")
        {
            Description = "The folder for logins, outboxes and messages. Or set CONNECT_STATE.",
            HelpName = "DIR",
            Recursive = true,
        };

    public Option<string?> As { get; } =
        new("--as")
        {
            Description = "Which of the users logged in here to be. Or set CONNECT_AS; defaults to the last login.",
            HelpName = "USER",
            Recursive = true,
        };

    public Option<bool> Json { get; } =
        new("--json") { Description = "Write one JSON object per line, for scripts.", Recursive = true };

    public Option<double> Timeout { get; } =
        new("--timeout")
        {
            Description = "How long to wait for the server.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 30,
            Recursive = true,
        };

    public Option<string?> PasswordFile { get; } =
        new("--password-file")
        {
            Description =
                "A file with the password on its first line. Or set CONNECT_PASSWORD; otherwise you are asked.",
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
