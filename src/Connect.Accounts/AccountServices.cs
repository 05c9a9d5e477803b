using Connect.Accounts.Deletion;
using Connect.Accounts.Identity;
using Connect.Accounts.Names;
using Connect.Accounts.People;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Microsoft.Extensions.DependencyInjection;

namespace Connect.Accounts;

/// <summary>Registers identity, relations between users, and account deletion.</summary>
public static class AccountServices
{
    /// <summary>
    /// Provides <see cref="IAccessTokens"/>, <see cref="IRelations"/> and <see cref="IUserNames"/>. Needs a store's
    /// ports, a <see cref="TimeProvider"/>, <see cref="IDirectConversations"/> and
    /// <see cref="IConversationDepartures"/>. Options: <see cref="IdentityOptions"/>, <see cref="PeopleOptions"/>,
    /// <see cref="NameOptions"/>.
    /// </summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services) =>
        services.AddIdentity().AddPeople().AddDeletion();

    private static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.AddOptions<IdentityOptions>();
        services.AddOptions<NameOptions>();
        services.AddSingleton<KnownUsers>();
        services.AddSingleton<IUserNames>(provider => provider.GetRequiredService<KnownUsers>());
        services.AddSingleton<ILoginRevocationListener>(provider => provider.GetRequiredService<KnownUsers>());
        services.AddSingleton<OwnTokens>();
        services.AddSingleton(_ => new IssuerDocuments(IssuerDocuments.CreateHandler()));
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<ExternalAccounts>();
        services.AddSingleton<ExternalTokens>();
        services.AddSingleton<LoginStateCache>();
        services.AddSingleton<LoginRevocationPublisher>();
        services.AddSingleton<LoginRevoker>();
        services.AddSingleton<PasswordChange>();
        services.AddSingleton<IAccessTokens, AccessTokens>();
        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<RefreshRotation>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<DeviceLogins>();
        services.AddSingleton<Registration>();
        services.AddSingleton<Logins>();
        return services;
    }

    private static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddOptions<PeopleOptions>();
        services.AddSingleton<Relations>();
        services.AddSingleton<IRelations>(provider => provider.GetRequiredService<Relations>());
        services.AddSingleton<RelationWriter>();
        services.AddSingleton<ContactPush>();
        services.AddSingleton<Contacts>();
        services.AddSingleton<Blocks>();
        services.AddSingleton<PrivacyChange>();
        return services;
    }

    private static IServiceCollection AddDeletion(this IServiceCollection services)
    {
        services.AddSingleton<AccountDeletion>();
        services.AddSingleton<DeletionService>();
        services.AddHostedService(provider => provider.GetRequiredService<DeletionService>());
        services.AddSingleton<AccountEnd>();
        return services;
    }
}
