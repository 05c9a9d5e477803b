using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Delivery.Directory;
using Connect.Delivery.Fanout;
using Connect.Delivery.Nodes;
using Connect.Delivery.Presence;
using Connect.Delivery.Resuming;
using Connect.Delivery.Typing;
using Connect.Delivery.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Connect.Delivery;

/// <summary>Registration of the directory, the fan-out, presence and typing with the services of a silo.</summary>
public static class DeliveryServices
{
    /// <summary>
    /// Gives <see cref="IPublisher"/>, <see cref="IHotTail"/>, <see cref="ISessionDirectory"/>,
    /// <see cref="PresenceService"/> and <see cref="TypingService"/>. Needs the ports of a store, an
    /// <see cref="ISessionHub"/>, <see cref="IRelations"/> and a silo; the system's <see cref="TimeProvider"/> is used
    /// unless another is registered. Options: <see cref="DirectoryOptions"/>, <see cref="FanoutOptions"/>,
    /// <see cref="PresenceOptions"/>, <see cref="ResumeOptions"/>, <see cref="TypingOptions"/>,
    /// <see cref="WatchOptions"/>.
    /// </summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddDirectory();
        services.AddOptions<TypingOptions>();
        services.AddOptions<WatchOptions>();
        services.AddSingleton<MemberCache>();
        services.AddSingleton<TypingService>();
        services.AddSingleton<PresenceFeed>();
        services.AddSingleton<PresenceService>();
        services.AddSingleton<IPeopleListener>(provider => provider.GetRequiredService<PresenceService>());
        return services;
    }

    /// <summary>The directory and the fan-out alone.</summary>
    public static IServiceCollection AddDirectory(this IServiceCollection services)
    {
        services.AddOptions<DirectoryOptions>();
        services.AddOptions<FanoutOptions>();
        services.AddOptions<PresenceOptions>();
        services.AddOptions<ResumeOptions>();
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton<LocalNode>();
        services.AddSingleton<DirectoryPartitions>();
        services.AddSingleton(CreatePartitionMap);
        services.AddSingleton<PartitionDelivery>();
        services.AddSingleton<NodeTable>();
        services.AddSingleton<IClusterNodes>(provider => provider.GetRequiredService<NodeTable>());
        services.AddSingleton<NodeEndpoint>();
        services.AddSingleton<ISessionDirectory, SessionDirectory>();

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
