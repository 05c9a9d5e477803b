using Connect.Contracts.Accounts;
using Connect.Contracts.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Connect.Storage.InMemory;

/// <summary>Registration of the in-memory store.</summary>
public static class InMemoryServices
{
    /// <summary>Registers every storage port in memory. A registered <see cref="TimeProvider"/> is used.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="undelivered">How long a message waits for a member; by default 30 days.</param>
    public static IServiceCollection AddInMemoryStore(this IServiceCollection services, TimeSpan? undelivered = null)
    {
        services.AddSingleton(provider => new InMemoryStore(provider.GetService<TimeProvider>(), undelivered));
        services.AddSingleton<IConversationStore>(provider => provider.GetRequiredService<InMemoryStore>());
        services.AddSingleton<IConversationReader>(provider => provider.GetRequiredService<InMemoryStore>());
        services.AddSingleton<IConversationIndex>(provider => provider.GetRequiredService<InMemoryStore>());
        services.AddSingleton<IIndexRows>(provider => provider.GetRequiredService<InMemoryStore>());
        services.AddSingleton<IListOrder>(provider => provider.GetRequiredService<InMemoryStore>());
        services.AddSingleton<IStoreHealth>(provider => provider.GetRequiredService<InMemoryStore>());
        services.AddSingleton(provider => new InMemoryUserStore(provider.GetRequiredService<InMemoryStore>()));
        services.AddSingleton<IUserStore>(provider => provider.GetRequiredService<InMemoryUserStore>());
        services.AddSingleton<IDeletionStore>(provider => provider.GetRequiredService<InMemoryUserStore>());
        services.AddSingleton<IStoreIncarnation>(provider => provider.GetRequiredService<InMemoryStore>());
        services.AddSingleton<IRelationStore, InMemoryRelations>();
        services.AddSingleton<InMemoryKeys>();
        services.AddSingleton<IDirectConversationIds>(provider => provider.GetRequiredService<InMemoryKeys>());
        services.AddSingleton<ITokenSigningKey>(provider => provider.GetRequiredService<InMemoryKeys>());
        return services;
    }
}
