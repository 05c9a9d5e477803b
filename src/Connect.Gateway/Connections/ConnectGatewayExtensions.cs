using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Gateway.Commands;
using Connect.Gateway.Connections.Proxy;
using Connect.Gateway.Fanout;
using Connect.Gateway.Groups;
using Connect.Gateway.Identity;
using Connect.Gateway.Limits;
using Connect.Gateway.Metrics;
using Connect.Gateway.Sessions;
using Connect.Gateway.Signals;
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
    /// Adds sessions, commands and fan-out. Needs the ports of Connect.Contracts, an <c>IGrainFactory</c> and
    /// <see cref="IAccessTokens"/>; gives <see cref="ISessionHub"/>. Sessions are drained when the host begins to stop.
    /// </summary>
    public static IServiceCollection AddConnectGateway(this IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section);
        services.AddOptions<RateOptions>().BindConfiguration(RateOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<MemoryOptions>().BindConfiguration(MemoryOptions.Section);
        services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section);
        services.AddSingleton<RateLimits>();
        services.TryAddSingleton(new ConnectionRoom(int.MaxValue));
        services.AddSingleton<ConnectionDoor>();
        services.AddSingleton<ProxyProtocol>();
        services.AddSingleton<NodeLoad>();
        services.TryAddSingleton<GatewayMetrics>();
        services.AddSingleton<IProcessMemory, ProcessMemory>();
        services.AddHostedService<MemoryGuard>();
        services.AddSingleton<SessionWheel>();
        services.AddSingleton<SessionHub>();
        services.AddSingleton<ISessionHub>(provider => provider.GetRequiredService<SessionHub>());
        services.AddSingleton<ILoginEndListener>(provider => provider.GetRequiredService<SessionHub>());
        services.AddSingleton<IConnectedDevices>(provider => provider.GetRequiredService<SessionHub>());
        services.AddSingleton<KnownUsers>();
        services.AddSingleton<ILoginEndListener>(provider => provider.GetRequiredService<KnownUsers>());
        services.AddSingleton<IConversations, ConversationRouter>();
        services.AddSingleton<GroupChanges>();
        services.AddSingleton<TypingService>();
        services.AddSingleton<PresenceService>();
        services.AddSingleton<IPeopleListener>(provider => provider.GetRequiredService<PresenceService>());
        services.AddSingleton<SessionServices>();
        services.AddSingleton(provider => provider.GetRequiredService<SessionServices>().List);
        services.AddSingleton(provider => provider.GetRequiredService<SessionServices>().History);
        services.AddSingleton(provider => provider.GetRequiredService<SessionServices>().Readers);
        services.AddSingleton<ConnectEndpoint>();
        services.AddHostedService<DrainAtStop>();
        return services;
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
