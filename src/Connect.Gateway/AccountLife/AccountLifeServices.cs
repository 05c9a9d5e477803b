using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Connect.Gateway.AccountLife;

/// <summary>Registration of export and deletion.</summary>
public static class AccountLifeServices
{
    /// <summary>Needs identity, the gateway and the ports of a store.</summary>
    public static IServiceCollection AddConnectAccountLife(this IServiceCollection services)
    {
        services.TryAddSingleton<IGroupDeparture, GroupDeparture>();
        services.AddSingleton<ConversationLeaver>();
        services.AddSingleton<AccountDeletion>();
        services.AddSingleton<DeletionService>();
        services.AddHostedService(provider => provider.GetRequiredService<DeletionService>());
        services.AddSingleton<AccountEnd>();
        services.AddSingleton<ExportGate>();
        services.AddSingleton<AccountExport>();
        return services;
    }
}
