using Connect.Contracts.Delivery;
using Connect.Grains.Conversations;
using Connect.Grains.Directory;
using Connect.Grains.Fanout;
using Connect.Grains.Presence;
using Connect.Grains.Resuming;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Connect.Grains;

/// <summary>Registration of the writers, the directory and the fan-out with a silo's services.</summary>
public static class ConnectGrainsServices
{
    /// <summary>
    /// Registers what the grains need and what the gateway uses of them (<see cref="IHotTail"/>,
    /// <see cref="ISessionDirectory"/>). The container must also have the storage ports, an
    /// <see cref="ISessionHub"/> and a silo; <see cref="TimeProvider"/> is the system's unless registered. Options:
    /// <see cref="ConversationOptions"/>, <see cref="DirectoryOptions"/>, <see cref="FanoutOptions"/>,
    /// <see cref="IndexSweepOptions"/>,
    /// <see cref="PresenceOptions"/>, <see cref="ResumeOptions"/>.
    /// </summary>
    public static IServiceCollection AddConnectGrains(this IServiceCollection services)
    {
        services.AddOptions<ConversationOptions>();
        services.AddOptions<DirectoryOptions>();
        services.AddOptions<FanoutOptions>();
        services.AddOptions<IndexSweepOptions>();
        services.AddOptions<PresenceOptions>();
        services.AddOptions<ResumeOptions>();
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton<LocalNode>();
        services.AddSingleton<DirectoryPartitions>();
        services.AddSingleton(CreatePartitionMap);
        services.AddSingleton<PartitionDelivery>();
        services.AddSingleton<NodeEndpoint>();
        services.AddSingleton<IClusterNodes, SingleNode>();
        services.AddSingleton<ISessionDirectory, SessionDirectory>();

        // The hub knows the directory and the endpoint knows the hub; the nodes know the endpoint.
        services.AddSingleton(provider => new Lazy<ISessionHub>(provider.GetRequiredService<ISessionHub>));
        services.AddSingleton(provider => new Lazy<IClusterNodes>(provider.GetRequiredService<IClusterNodes>));

        services.AddSingleton<IndexSweep>();
        services.AddHostedService<IndexSweepService>();

        services.AddSingleton<FanoutService>();
        services.AddSingleton<IPublisher>(provider => provider.GetRequiredService<FanoutService>());
        services.AddSingleton<IHotTail>(provider => provider.GetRequiredService<FanoutService>());

        services.AddSingleton<NodeEndpointReference>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider =>
            provider.GetRequiredService<NodeEndpointReference>()
        );
        services.AddSingleton<PresencePump>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider =>
            provider.GetRequiredService<PresencePump>()
        );
        return services;
    }

    private static PartitionMap CreatePartitionMap(IServiceProvider provider)
    {
        var grains = provider.GetRequiredService<IGrainFactory>();
        return new(
            provider.GetRequiredService<DirectoryPartitions>(),
            provider.GetRequiredService<LocalNode>(),
            provider.GetRequiredService<NodeEndpoint>(),
            partition => grains.GetGrain<IDirectoryPartitionGrain>(partition).LocateAsync()
        );
    }
}
