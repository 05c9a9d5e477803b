using System.CommandLine;
using Connect.Server.Configuration;
using Connect.Storage.RocksDb.Backups;
using Connect.Storage.RocksDb.Checks;

namespace Connect.Server.Commands;

/// <summary><c>verify</c>: reads everything of a backup or of a store that stands still.</summary>
internal static class VerifyCommand
{
    public static Command Create(CommandRun run)
    {
        var source = new Argument<string?>("SOURCE")
        {
            Description = "A backup, or a data folder of a node that does not run. Absent: the data folder (--Data).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var files = new Option<bool>("--files-only")
        {
            Description = "Only compare the files of a backup with their checksums; needs no keys.",
        };
        var renew = new Option<bool>("--renew-witness")
        {
            Description = "When the witness of a data folder is lost and all else is sound, make it anew.",
        };
        var command = new Command("verify", "Read all of a backup or of a store, and say whether it is sound.")
        {
            source,
            files,
            renew,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(run, parsed.GetValue(source), parsed.GetValue(files), parsed.GetValue(renew), cancellation)
        );
        return command;
    }

    private static async Task<int> RunAsync(
        CommandRun run,
        string? source,
        bool filesOnly,
        bool renewWitness,
        CancellationToken cancellation
    )
    {
        var options = run.ReadOptions();
        StoreCommands.RequireFolder(options);
        var store = EmbeddedStore.OptionsOf(options);
        var isData = renewWitness || (!filesOnly && source is not null && StoreVerifier.IsData(source));
        var isBackup = source is not null && !isData;
        if (isBackup && filesOnly)
        {
            var summary = await StoreBackup.CheckFilesAsync(source!, cancellation);
            await run.Out.WriteLineAsync(
                $"Every file is as it was written: {summary.Files} files, {summary.Bytes} bytes, write "
                    + $"{summary.LastWrite}. The rows were not read."
            );
            return ServerExitCode.Done;
        }

        if (source is not null && !isBackup)
        {
            // The key file of another data folder lies beside that one, unless it is named.
            store = store with
            {
                DataFolder = source,
            };
        }

        var report = isBackup
            ? await StoreVerifier.VerifyBackupAsync(source!, store, TimeProvider.System, cancellation)
            : StoreVerifier.VerifyData(store, renewWitness, TimeProvider.System);
        return await ReportAsync(run, report);
    }

    private static async Task<int> ReportAsync(CommandRun run, StoreReport report)
    {
        await StoreCommands.TellAsync(run, report.Upgrade);
        foreach (var problem in report.Problems)
        {
            await run.Error.WriteLineAsync(problem);
        }

        var verdict = report.IsSound ? "Sound" : $"DAMAGED, {report.ProblemCount} problems";
        await run.Out.WriteLineAsync(
            $"{verdict}: {report.Conversations} conversations, {report.Members} members, {report.Entries} entries, "
                + $"{report.IdempotencyRows} idempotency rows, {report.Accounts} accounts, {report.Devices} devices, "
                + $"{report.IndexRows} index rows ({report.LooseIndexRows} without membership), write "
                + $"{report.LastWrite}"
        );
        return report.IsSound ? ServerExitCode.Done : ServerExitCode.Failed;
    }
}
