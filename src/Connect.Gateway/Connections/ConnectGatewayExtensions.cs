using Connect.Accounts.Identity;
using Connect.Contracts.Delivery;
using Connect.Gateway.Commands;
using Connect.Gateway.Memory;
using Connect.Gateway.Metrics;
using Connect.Gateway.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Connect.Gateway.Connections;

/// <summary>How a server takes the socket side in.</summary>
public static class ConnectGatewayExtensions
{
    /// <summary>The path of the socket.</summary>
    public const string SocketPath = "/v1/connect";

    /// <summary>
    /// Adds connections, sessions and commands; gives <see cref="ISessionHub"/>. Needs the ports of Connect.Contracts,
    /// the use cases and <c>AddConnectDoors</c>. Sessions are drained when the host begins to stop.
    /// </summary>
    public static IServiceCollection AddConnectGateway(this IServiceCollection services)
    {
        services.AddOptions<MemoryOptions>().BindConfiguration(MemoryOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GatewayMetrics>();
        services.AddSingleton<IProcessMemory, ProcessMemory>();
        services.AddHostedService<MemoryGuard>();
        services.AddSingleton<TimerWheel>();
        services.AddSingleton<SessionTable>();
        services.AddSingleton<ILoginRevocationListener>(provider => provider.GetRequiredService<SessionTable>());
        services.AddSingleton<IConnectedDevices>(provider => provider.GetRequiredService<SessionTable>());
        services.AddSingleton<ISessionHub, SessionDelivery>();
        services.AddSingleton<SessionLifecycle>();
        services.AddSingleton<SessionFactory>();
        services.AddCommands();
        services.AddSingleton<ConnectEndpoint>();
        services.AddHostedService<DrainAtStop>();
        return services;
    }

    private static void AddCommands(this IServiceCollection services)
    {
        services.AddSingleton<ICommandDispatcher, CommandDispatcher>();
        services.AddSingleton<HelloCommand>();
        services.AddSingleton<WelcomeFrames>();
        services.AddSingleton<AuthCommand>();
        services.AddSingleton<SendCommand>();
        services.AddSingleton<MarkCommand>();
        services.AddSingleton<WatchCommand>();
        services.AddSingleton<TypingCommand>();
        services.AddSingleton<PageCommands>();
        services.AddSingleton<SyncCommand>();
        services.AddSingleton<SyncPager>();
    }

    /// <summary>Maps the socket at <see cref="SocketPath"/>, for HTTP/1.1 and HTTP/2.</summary>
    public static IEndpointConventionBuilder MapConnectSocket(this IEndpointRouteBuilder endpoints)
    {
        var endpoint = endpoints.ServiceProvider.GetRequiredService<ConnectEndpoint>();
        var pipeline = endpoints
            .CreateApplicationBuilder()
            .Use(next => context => endpoint.GuardAsync(context, next))
            .UseWebSockets(new() { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        pipeline.Run(endpoint.HandleAsync);
        return endpoints
            .Map(SocketPath, pipeline.Build())
            .WithMetadata(new ExcludeFromDescriptionAttribute())
            .WithDisplayName("socket");
    }
}
