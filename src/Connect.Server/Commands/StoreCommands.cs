using Connect.Server.Configuration;
using Connect.Storage.RocksDb;

namespace Connect.Server.Commands;

/// <summary>What the commands on the embedded store share.</summary>
internal static class StoreCommands
{
    /// <exception cref="SettingsException">The store is in memory.</exception>
    public static void RequireFolder(ServerOptions options)
    {
        if (options.IsInMemory)
        {
            throw new SettingsException([$"Data: {ServerOptions.InMemory} has no files. Name the data folder."]);
        }
    }

    /// <summary>Where the settings say that the key file is; nobody has looked.</summary>
    public static string KeyFileOf(ServerOptions options) =>
        Path.GetFullPath(options.Keys.File ?? options.DataPath + ".keys");

    /// <summary>Tells of an upgrade, if there was one: nobody asked for it, and there is no way back.</summary>
    public static async Task TellAsync(CommandRun run, StoreUpgrade? upgrade)
    {
        if (upgrade is not null)
        {
            await run.Out.WriteLineAsync(
                $"This upgraded the store from format {upgrade.From} to {upgrade.To}: "
                    + "earlier versions no longer open it."
            );
        }
    }
}
