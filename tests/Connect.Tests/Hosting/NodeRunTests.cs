using Connect.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Connect.Tests.Hosting;

/// <summary>How a node ends.</summary>
public sealed class NodeRunTests
{
    [Fact]
    public async Task A_service_that_fails_ends_the_node_with_another_code_than_0()
    {
        Assert.Equal(1, await NodeRun.RunAsync(Build<Failing>()));
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_ends_with_0()
    {
        var host = Build<Idle>();
        var running = NodeRun.RunAsync(host);
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(0, await running);
    }

    private static IHost Build<TService>()
        where TService : BackgroundService
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddHostedService<TService>();
        builder.Services.Configure<HostOptions>(host =>
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost
        );
        return builder.Build();
    }

    private sealed class Failing : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("This service fails.");
        }
    }

    private sealed class Idle : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken);
    }
}
