using Connect.Contracts.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Connect.Storage.RocksDb;

/// <summary>Registration of the embedded store.</summary>
public static class RocksDbServices
{
    /// <summary>
    /// Registers every storage port of the embedded store, which opens when the first of them is resolved. A host
    /// should do that before it listens, since opening may fail with a <see cref="StoreOpenException"/>.
    /// </summary>
    /// <param name="services">Where to register; a registered <see cref="TimeProvider"/> is used.</param>
    /// <param name="options">The data folder, and limits.</param>
    /// <param name="onFatal">
    /// Given the services, ends the process after a failed write; by default it ends at once.
    /// </param>
    public static IServiceCollection AddRocksDbStore(
        this IServiceCollection services,
        RocksDbStoreOptions options,
        Func<IServiceProvider, Action<string>>? onFatal = null
    )
    {
        services.AddSingleton(provider =>
            RocksDbStore.Open(
                options,
                provider.GetService<TimeProvider>() ?? TimeProvider.System,
                provider.GetRequiredService<ILogger<RocksDbStore>>(),
                onFatal?.Invoke(provider)
            )
        );
        services.AddSingleton<IStoreHealth>(provider => provider.GetRequiredService<RocksDbStore>());
        services.AddSingleton<IStoreIncarnation>(provider => provider.GetRequiredService<RocksDbStore>());
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().Conversations);
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().Reader);
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().Index);
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().IndexRows);
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().ListOrder);
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().Users);
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().Deletions);
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().Relations);
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().DirectIds);
        services.AddSingleton(provider => provider.GetRequiredService<RocksDbStore>().SigningKey);
        return services;
    }
}
