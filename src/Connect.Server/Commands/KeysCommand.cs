using System.CommandLine;
using Connect.Server.Configuration;
using Connect.Storage;
using Connect.Storage.RocksDb;

namespace Connect.Server.Commands;

/// <summary><c>keys</c>: the key file, before there is a store.</summary>
internal static class KeysCommand
{
    public static Command Create(CommandRun run)
    {
        var keys = new Command("keys", "Make the key file.");
        var init = new Command(
            "init",
            "Make a key file with new keys (--Keys:File), before the first start. One that is there is never replaced."
        );
        init.SetAction((_, _) => InitAsync(run));
        keys.Subcommands.Add(init);
        return keys;
    }

    private static async Task<int> InitAsync(CommandRun run)
    {
        var options = run.ReadOptions();
        StoreCommands.RequireFolder(options);
        try
        {
            var path = StoreKeyFile.Init(EmbeddedStore.OptionsOf(options));
            await run.Out.WriteLineAsync($"Made the key file {path}, mode 0600.");
            await run.Out.WriteLineAsync(
                "Copy it to a safe place, apart from the data and its backups: without it nobody can read them, ever."
            );
            return ServerExitCode.Done;
        }
        catch (StoreOpenException exception)
        {
            await run.Error.WriteLineAsync(exception.Message);
            return ServerExitCode.Failed;
        }
    }
}
