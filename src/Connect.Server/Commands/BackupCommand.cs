using System.CommandLine;
using Connect.Server.Configuration;
using Connect.Server.Control;
using Connect.Storage;
using Connect.Storage.RocksDb.Backups;

namespace Connect.Server.Commands;

/// <summary><c>backup</c>: a checked copy of the embedded store, while it runs or while it does not.</summary>
internal static class BackupCommand
{
    private const int DefaultRate = 100;
    private const int MaxRate = 10_000;

    public static Command Create(CommandRun run)
    {
        var destination = new Argument<string>("DEST") { Description = "An empty folder, or one that is not there." };
        var rate = new Option<int>("--rate")
        {
            Description = $"MiB a second that are copied at most, 1 to {MaxRate}.",
            DefaultValueFactory = _ => DefaultRate,
        };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MaxRate)
            {
                result.AddError($"--rate: 1 to {MaxRate}.");
            }
        });
        var command = new Command("backup", "Back up the embedded store, while the node runs or stands still.")
        {
            destination,
            rate,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(run, parsed.GetRequiredValue(destination), parsed.GetValue(rate), cancellation)
        );
        return command;
    }

    private static async Task<int> RunAsync(
        CommandRun run,
        string destination,
        int rate,
        CancellationToken cancellation
    )
    {
        var options = run.ReadOptions();
        StoreCommands.RequireFolder(options);
        using var lease = await ControlAnswer.TryAskAsync(options.DataPath, ControlLine.Checkpoint, cancellation);
        using var own = lease is null ? StoreBackup.CheckpointClosed(EmbeddedStore.OptionsOf(options)) : null;
        await StoreCommands.TellAsync(run, own?.Upgrade);
        var folder = lease?.Text ?? own!.Folder;
        var summary = await StoreBackup.WriteAsync(
            folder,
            destination,
            (long)rate << 20,
            TimeProvider.System,
            cancellation
        );
        await run.Out.WriteLineAsync(
            $"Backup of {options.DataPath} up to write {summary.LastWrite}: {summary.Files} files, "
                + $"{summary.Bytes} bytes in {Path.GetFullPath(destination)}"
        );
        await TellOfKeysAsync(run, await KeyFileAsync(options, isRunning: lease is not null, cancellation));
        return ServerExitCode.Done;
    }

    /// <summary>The key file of the store: a running node knows, else the settings of this command say.</summary>
    private static async Task<string> KeyFileAsync(
        ServerOptions options,
        bool isRunning,
        CancellationToken cancellation
    )
    {
        try
        {
            using var answer = isRunning
                ? await ControlAnswer.TryAskAsync(options.DataPath, ControlLine.KeyFile, cancellation)
                : null;
            return answer?.Text ?? StoreCommands.KeyFileOf(options);
        }
        catch (BackupException)
        {
            // A node of an earlier version does not know the question; the backup is made all the same.
            return StoreCommands.KeyFileOf(options);
        }
    }

    private static async Task TellOfKeysAsync(CommandRun run, string keys)
    {
        await run.Out.WriteLineAsync(
            File.Exists(keys)
                ? $"THE KEY FILE IS NOT IN IT: {keys}"
                : $"THE KEY FILE IS NOT IN IT, and it is not {keys}, which does not exist: it is the file that the "
                    + "node is started with (Keys:File)."
        );
        await run.Out.WriteLineAsync(
            "Without that file nobody can ever read this backup. Keep a copy of it, and keep it apart from the backup:"
                + " whoever has both reads everything."
        );
    }
}
