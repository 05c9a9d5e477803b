using Connect.Contracts.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Connect.Gateway.People;

/// <summary>Registration of what users have to do with each other.</summary>
public static class PeopleServices
{
    /// <summary>Needs the ports of a store and a <see cref="TimeProvider"/>; gives <see cref="IRelations"/>.</summary>
    public static IServiceCollection AddConnectPeople(this IServiceCollection services)
    {
        services.AddOptions<PeopleOptions>();
        services.AddSingleton<Relations>();
        services.AddSingleton<IRelations>(provider => provider.GetRequiredService<Relations>());
        services.AddSingleton<RelationWriter>();
        services.AddSingleton<DirectRequests>();
        services.AddSingleton<PeerCheck>();
        services.AddSingleton<ContactPush>();
        services.AddSingleton<Contacts>();
        services.AddSingleton<Blocks>();
        services.AddSingleton<PrivacyChange>();
        services.AddSingleton<ListChoices>();
        return services;
    }
}
