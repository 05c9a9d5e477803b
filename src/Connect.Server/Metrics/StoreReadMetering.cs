using Connect.Contracts.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Connect.Server.Metrics;

/// <summary>How a server has the reads of its store counted.</summary>
internal static class StoreReadMetering
{
    /// <summary>Puts the counting in front of the read ports that are registered, for whoever asks for them.</summary>
    /// <exception cref="InvalidOperationException">The store is not registered yet.</exception>
    public static IServiceCollection MeterStoreReads(this IServiceCollection services)
    {
        services.TryAddSingleton<StoreReadMetrics>();
        services.Wrap<IConversationReader>((inner, metrics) => new MeteredReader(inner, metrics));
        services.Wrap<IConversationIndex>((inner, metrics) => new MeteredIndex(inner, metrics));
        return services;
    }

    private static void Wrap<TPort>(this IServiceCollection services, Func<TPort, StoreReadMetrics, TPort> wrap)
        where TPort : class
    {
        var inner =
            services.LastOrDefault(each => each.ServiceType == typeof(TPort))?.ImplementationFactory
            ?? throw new InvalidOperationException($"{typeof(TPort).Name} is to be registered before, by a factory.");
        services.Replace(
            ServiceDescriptor.Singleton(provider =>
                wrap((TPort)inner(provider), provider.GetRequiredService<StoreReadMetrics>())
            )
        );
    }
}
