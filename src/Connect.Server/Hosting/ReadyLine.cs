using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Connect.Server.Hosting;

/// <summary>
/// Says on standard output, in one plain line for people and scripts, where the server listens, once it does. Logs go
/// to standard error.
/// </summary>
internal sealed class ReadyLine(IServer server, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Print);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Print()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        Console.Out.WriteLine($"Connect is ready at {string.Join(", ", addresses)}");
        Console.Out.Flush();
    }
}
