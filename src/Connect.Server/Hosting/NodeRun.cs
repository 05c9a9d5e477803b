namespace Connect.Server.Hosting;

/// <summary>Runs a node until it is told to stop, or a part of it fails.</summary>
internal static class NodeRun
{
    /// <summary>
    /// The exit code: a node that stopped because one of its services failed has failed, whatever else went well.
    /// Otherwise whoever watches over the process would take it for one that was told to stop, and leave it down.
    /// </summary>
    public static async Task<int> RunAsync(IHost host)
    {
        // Asked for before the host ends and disposes of them.
        var services = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
        await host.RunAsync();
        return services.Any(each => each.ExecuteTask is { IsFaulted: true })
            ? FatalStop.ExitCode
            : Environment.ExitCode;
    }
}
