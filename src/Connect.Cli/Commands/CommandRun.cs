using System.CommandLine;
using Connect.Cli.Output;
using Connect.Cli.States;
using Connect.Cli.Terminals;
using Connect.Client;

namespace Connect.Cli.Commands;

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

    /// <summary>Results are for a program.</summary>
    public bool IsJson => _arguments.GetValue(_global.Json);

    public TimeSpan Timeout => TimeSpan.FromSeconds(Math.Clamp(_arguments.GetValue(_global.Timeout), 0.1, 86_400));

    /// <summary>The user of this run: named, or who logged in last.</summary>
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
                        ? "Nobody is logged in here: connect login USER."
                        : $"{name} is not logged in here: connect login {name}."
                );
        }
    }

    /// <summary>Which server, from the options, the environment, or the last login of the user.</summary>
    public ServerAddress ServerOf(UserFolder user)
    {
        var saved = user.ReadServer() ?? Folder.ReadCurrentServer();
        var url = _arguments.GetValue(_global.Url) ?? Terminal.Variable("CONNECT_URL") ?? saved?.Url;
        var ca = _arguments.GetValue(_global.Ca) ?? Terminal.Variable("CONNECT_CA") ?? saved?.Ca;
        if (url is null)
        {
            throw new CommandException(ExitCode.Usage, "Which server? Give --url or set CONNECT_URL.");
        }

        return new(ServerAddress.ToSocketUrl(url), ca is null ? null : Path.GetFullPath(ca));
    }

    public static ConnectOptions Options(ServerAddress server) =>
        new(server.Url) { TrustedCertificates = server.Ca, Agent = "connect-cli/0.1" };

    /// <summary>The password, from a file, the environment, or a person.</summary>
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
                "A password is needed: use --password-file or set CONNECT_PASSWORD."
            );
        }

        var first = await Terminal.ReadPasswordAsync(question, cancellationToken);
        return !twice || await Terminal.ReadPasswordAsync("Once more: ", cancellationToken) == first
            ? first
            : throw new CommandException(ExitCode.Usage, "The two passwords differ.");
    }

    /// <summary>Runs a command and turns what went wrong into a line and an exit code.</summary>
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
