using Connect.Server.Configuration;

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

    /// <summary>Where the key file is, to be told.</summary>
    public static string KeyFileOf(ServerOptions options) =>
        Path.GetFullPath(options.Keys.File ?? options.DataPath + ".keys");
}
