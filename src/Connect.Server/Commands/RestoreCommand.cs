using System.CommandLine;
using Connect.Server.Configuration;
using Connect.Storage.RocksDb.Backups;

namespace Connect.Server.Commands;

/// <summary><c>restore</c>: makes a store of a backup, in an empty data folder.</summary>
internal static class RestoreCommand
{
    public static Command Create(CommandRun run)
    {
        var source = new Argument<string>("SOURCE") { Description = "The folder of a backup." };
        var command = new Command(
            "restore",
            "Restore a backup into the data folder (--Data), which must be empty, with its key file (--Keys:File)."
        )
        {
            source,
        };
        command.SetAction((parsed, cancellation) => RunAsync(run, parsed.GetRequiredValue(source), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandRun run, string source, CancellationToken cancellation)
    {
        var options = run.ReadOptions();
        StoreCommands.RequireFolder(options);
        var summary = await StoreRestore.RunAsync(source, EmbeddedStore.OptionsOf(options), cancellation);
        await run.Out.WriteLineAsync(
            $"Restored {options.DataPath} as of {summary.Backup.MadeAt:u}, write {summary.Backup.LastWrite}: "
                + $"{summary.Conversations} conversations, keys in {summary.KeyFile}"
        );
        await run.Out.WriteLineAsync(
            "What was acknowledged after the backup is lost. Clients are told that this is a new life of the store and "
                + "read it anew; `connect-server verify` reads all of it here."
        );
        return ServerExitCode.Done;
    }
}
