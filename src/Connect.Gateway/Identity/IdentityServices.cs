using Connect.Gateway.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Connect.Gateway.Identity;

/// <summary>Registration of identity.</summary>
public static class IdentityServices
{
    /// <summary>Needs the ports of a store and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddConnectIdentity(this IServiceCollection services)
    {
        services.AddOptions<IdentityOptions>();
        services.AddSingleton<OwnTokens>();
        services.AddSingleton(_ => new IssuerDocuments(IssuerDocuments.CreateHandler()));
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<ExternalAccounts>();
        services.AddSingleton<ExternalTokens>();
        services.AddSingleton<LoginStates>();
        services.AddSingleton<LoginEnds>();
        services.AddSingleton<LoginEndings>();
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
}
