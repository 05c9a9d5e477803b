using Connect.Server.Configuration;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Connect.Server.Hosting;

/// <summary>
/// Says on standard output, in one plain line for people and scripts, where the server listens, once it does. Logs go
/// to standard error.
/// </summary>
internal sealed class ReadyLine(ServerOptions options, IServer server, IHostApplicationLifetime lifetime)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Print);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Print()
    {
        var listen = ListenAddress.ParseAll(options.Listen)[0];
        var port = listen.Port == 0 ? BoundPort() : listen.Port;
        Console.Out.WriteLine($"Connect is ready at https://{listen.Host}:{port}");
        Console.Out.Flush();
    }

    private int BoundPort() =>
        new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Port;
}
