using Connect.Gateway.Connections;
using Connect.Gateway.Http;
using Connect.Gateway.Identity;
using Connect.Grains;
using Connect.Server.Configuration;
using Connect.Server.Health;
using Connect.Server.Tls;
using Connect.Storage.InMemory;
using Microsoft.Extensions.Options;

namespace Connect.Server.Hosting;

/// <summary>Puts a node together: the only place that sees all parts.</summary>
internal static class NodeHost
{
    /// <exception cref="SettingsException">A setting is not allowed.</exception>
    public static WebApplication Build(string[] arguments)
    {
        var configuration = Settings.Load(arguments);
        var options = Settings.Read(configuration);

        // Empty: the usual builders also read unprefixed environment variables, and "DATA" may mean anything.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddConnectLogging(options.Log);
        builder.WebHost.UseConnectKestrel(options);
        builder.AddSingleSilo(options);
        builder.Services.AddNode(options);

        var app = builder.Build();
        app.MapNode();
        return app;
    }

    private static void AddNode(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(options.DrainSeconds + 10);
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        services.AddStore(options);
        services.AddSingleton(Options.Create(options.Identity));
        services.AddConnectIdentity();
        services.AddRouting();
        services.AddConnectHttp();
        services.AddConnectGateway();
        services.AddConnectGrains();
        services.AddSingleton<ServerCertificate>();
        services.AddHostedService(provider => provider.GetRequiredService<ServerCertificate>());
        services.AddSingleton<Readiness>();
        services.AddHostedService<ReadyLine>();
    }

    private static void AddStore(this IServiceCollection services, ServerOptions options)
    {
        if (!options.IsInMemory)
        {
            throw new SettingsException(["Data: only :memory: is served by this build."]);
        }

        services.AddInMemoryStore();
    }

    private static void MapNode(this WebApplication app)
    {
        app.UseConnectHttp();
        app.MapHealth();
        app.MapConnectHttp();
        app.MapConnectSocket();
    }
}
