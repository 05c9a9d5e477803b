using System.CommandLine;
using Connect.Server.Configuration;
using Connect.Server.Hosting;
using Connect.Storage;
using Microsoft.AspNetCore.Connections;

namespace Connect.Server.Commands;

/// <summary>The command line of <c>connect-server</c>: without a command it serves.</summary>
internal static class ServerCommand
{
    private const string Description = """
        Connect's server. Without a command it serves, in the foreground, until it is told to stop.

        Every setting may be given as --Name=value, with any command: --Data=/var/lib/connect/data
        --Listen=https://*:443. They come after the environment (Connect__Name) and appsettings.json.

        Exit codes: 0 stopped when told to, or done; 1 failed; 2 the settings or the command line do not allow it.
        """;

    /// <summary>Runs what the arguments say.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        // The command's own options must be known to tell them from settings, hence the tree is made twice.
        var split = SettingArguments.Split(arguments, Create(new([], output, error)));
        var root = Create(new(split.Settings, output, error));
        var parsed = root.Parse([.. split.Command]);
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        };
        if (parsed.CommandResult.Command == root)
        {
            // A server stops in order by itself when it gets a signal, and takes its time.
            configuration.ProcessTerminationTimeout = null;
        }

        try
        {
            var code = await parsed.InvokeAsync(configuration);
            return parsed.Errors.Count > 0 ? ServerExitCode.NotAllowed : code;
        }
        catch (SettingsException exception)
        {
            foreach (var problem in exception.Problems)
            {
                await error.WriteLineAsync($"Setting {problem}");
            }

            return ServerExitCode.NotAllowed;
        }
        catch (StoreOpenException exception)
        {
            await error.WriteLineAsync($"The store does not open: {exception.Message}");
            return ServerExitCode.Failed;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            // Kestrel's message names the address.
            await error.WriteLineAsync($"Setting Listen: {exception.Message}");
            return ServerExitCode.Failed;
        }
        catch (BackupException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return ServerExitCode.Failed;
        }
    }

    private static RootCommand Create(CommandRun run)
    {
        var root = new RootCommand(Description);
        root.SetAction((_, _) => ServeAsync(run));
        root.Subcommands.Add(ConfigCommand.Create(run));
        root.Subcommands.Add(BackupCommand.Create(run));
        root.Subcommands.Add(RestoreCommand.Create(run));
        root.Subcommands.Add(VerifyCommand.Create(run));
        root.Subcommands.Add(KeysCommand.Create(run));
        return root;
    }

    private static async Task<int> ServeAsync(CommandRun run)
    {
        using var hangUp = HangUp.Ignore();
        await using var node = NodeHost.Build([.. run.Settings]);
        return await NodeRun.RunAsync(node);
    }
}
