using Connect.Accounts.Names;
using Connect.Conversations.History;
using Connect.Conversations.Sending;
using Connect.Delivery.Typing;
using Connect.Delivery.Watching;
using Connect.Doors.Admission;
using Connect.Doors.Limits;
using Connect.Doors.Proxy;
using Connect.Protocol;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Connect.Doors;

/// <summary>Registers what every door shares: admission of connections, and rate limits.</summary>
public static class DoorServices
{
    /// <summary>
    /// Binds the sections <c>Gateway</c>, <c>Limits</c> and <c>Proxy</c> of the configuration, and passes on the
    /// settings that the use cases take.
    /// </summary>
    public static IServiceCollection AddConnectDoors(this IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section);
        services.AddOptions<RateOptions>().BindConfiguration(RateOptions.Section);
        services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RateLimits>();
        services.AddSingleton<ISendBudget>(provider => provider.GetRequiredService<RateLimits>());
        services.TryAddSingleton(new ConnectionCapacity(int.MaxValue));
        services.AddSingleton<ConnectionAdmission>();
        services.AddSingleton<ProxyProtocol>();
        services.AddSingleton<TrustedProxies>();
        services.AddSingleton<OriginLog>();
        services.AddSingleton<NodeLoad>();
        services.PassOn<ReadingOptions>((reading, gateway) => reading.PageBytes = gateway.PageBytes);
        services.PassOn<SendingOptions>((sending, gateway) => sending.TextBytes = gateway.TextBytes);
        services.PassOn<NameOptions>((names, gateway) => names.KnownUsers = gateway.KnownUsers);
        services.PassOn<WatchOptions>((watch, gateway) => watch.WatchedUsers = gateway.WatchedUsers);
        services.PassOn<TypingOptions>(PassOnTyping);
        return services;
    }

    /// <summary>
    /// Puts a trusted balancer's header and the limits on connections before everything else on a listener, above all
    /// before TLS.
    /// </summary>
    public static void UseConnectDoor(this ListenOptions listen)
    {
        var proxy = listen.ApplicationServices.GetRequiredService<ProxyProtocol>();
        if (proxy.IsOn)
        {
            listen.Use(next => connection => proxy.RunAsync(connection, next));
        }

        var admission = listen.ApplicationServices.GetRequiredService<ConnectionAdmission>();
        listen.Use(next => connection => admission.RunAsync(connection, next));
    }

    /// <summary>The limits of typing, some of which the protocol fixes.</summary>
    public static void PassOnTyping(TypingOptions typing, GatewayOptions gateway)
    {
        typing.Duration = ProtocolLimits.TypingDuration;
        typing.Repeat = ProtocolLimits.TypingRepeat;
        typing.TypistsPerConversation = ProtocolLimits.TypistsPerConversation;
        typing.Conversations = gateway.TypingConversations;
        typing.MemberMemory = gateway.MemberMemory;
    }

    private static void PassOn<TOptions>(this IServiceCollection services, Action<TOptions, GatewayOptions> copy)
        where TOptions : class =>
        services
            .AddOptions<TOptions>()
            .Configure<IOptions<GatewayOptions>>((options, gateway) => copy(options, gateway.Value));
}
