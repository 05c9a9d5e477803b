using System.CommandLine;
using System.CommandLine.Parsing;
using Connect.LoadGen.Groups;
using Connect.LoadGen.Servers;

namespace Connect.LoadGen.Smoke;

/// <summary><c>connect-load smoke</c>.</summary>
internal static class SmokeCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private static readonly Option<Uri?> Url = new("--url")
    {
        Description = "A running server, as https://HOST:PORT; it is not killed.",
        CustomParser = ParseUrl,
    };

    private static readonly Option<FileInfo?> Ca = new("--ca")
    {
        Description = "A PEM file with the certificates to trust.",
    };

    private static readonly Option<FileInfo?> Server = new("--server")
    {
        Description = "The server program to start when no --url is given.",
    };

    private static readonly Option<int> Messages = new("--messages")
    {
        Description = "How many are sent, by all devices together.",
        DefaultValueFactory = _ => 2000,
    };

    public static Command Create()
    {
        var command = new Command("smoke", "Two users, two devices each, one of them away for half of it, one kill -9.")
        {
            Url,
            Ca,
            Server,
            Messages,
        };
        command.SetAction(RunAsync);
        command.Add(GroupsCommand.Create());
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var messages = arguments.GetValue(Messages);
        if (messages < 100)
        {
            return await RefuseAsync("--messages must be 100 or more.");
        }

        if (arguments.GetValue(Url) is { } url)
        {
            return await PrintAsync(
                new(url, arguments.GetValue(Ca)?.FullName, null, messages, Limit),
                cancellationToken
            );
        }

        if (arguments.GetValue(Server) is not { } program)
        {
            return await RefuseAsync("Name a running server with --url, or the program of one with --server.");
        }

        await using var server = new ThrowAwayServer(program.FullName);
        await server.StartAsync(cancellationToken);
        var code = await PrintAsync(
            new(server.Url, server.CertificateFile, server, messages, Limit),
            cancellationToken
        );
        if (code != 0)
        {
            await Console.Error.WriteLineAsync(server.LastLines());
        }

        return code;
    }

    private static async Task<int> PrintAsync(SmokePlan plan, CancellationToken cancellationToken)
    {
        var report = await SmokeRun.ExecuteAsync(plan, cancellationToken);
        foreach (var problem in report.Failures.Concat(report.Verdict.Problems))
        {
            await Console.Error.WriteLineAsync(problem);
        }

        await Console.Out.WriteLineAsync(report.ToString());
        return report.IsClean ? 0 : 1;
    }

    private static Uri? ParseUrl(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps)
        {
            return url;
        }

        argument.AddError("--url must be an address such as https://localhost:8443.");
        return null;
    }

    private static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync(problem);
        return 2;
    }
}
