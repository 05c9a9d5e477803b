using Connect.Server.Configuration;
using Connect.Server.Hosting;
using Connect.Storage;

// Exit codes: 0 stopped when told to, 1 failed, 2 the settings do not allow a start.
try
{
    await using var node = NodeHost.Build(args);
    await node.RunAsync();
    return Environment.ExitCode;
}
catch (SettingsException exception)
{
    foreach (var problem in exception.Problems)
    {
        await Console.Error.WriteLineAsync($"Setting {problem}");
    }

    return 2;
}
catch (StoreOpenException exception)
{
    await Console.Error.WriteLineAsync($"The store does not open: {exception.Message}");
    return 1;
}
