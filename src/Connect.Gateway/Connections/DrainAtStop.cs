using Connect.Gateway.Sessions;
using Microsoft.Extensions.Hosting;

namespace Connect.Gateway.Connections;

/// <summary>Drains the sessions before anything they need is stopped.</summary>
internal sealed class DrainAtStop(SessionTable table) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) => table.DrainAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
