using Connect.Accounts;
using Connect.Contracts.Storage;
using Connect.Conversations;
using Connect.Conversations.State;
using Connect.Delivery;
using Connect.Doors;
using Connect.Doors.Limits;
using Connect.Gateway.Connections;
using Connect.Http;
using Connect.Server.Configuration;
using Connect.Server.Control;
using Connect.Server.Health;
using Connect.Server.Metrics;
using Connect.Server.Peers;
using Connect.Server.Tls;
using Connect.Server.Web;
using Connect.Storage;
using Connect.Storage.InMemory;
using Connect.Storage.RocksDb;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Connect.Server.Hosting;

/// <summary>Puts a node together: the only place that sees all parts.</summary>
internal static class NodeHost
{
    /// <exception cref="SettingsException">A setting is not allowed.</exception>
    /// <exception cref="StoreOpenException">The store cannot be opened.</exception>
    /// <exception cref="IOException">An address to listen on is taken.</exception>
    public static WebApplication Build(string[] arguments)
    {
        var configuration = Settings.Load(arguments);
        var options = Settings.Read(configuration);
        ServerCertificate.Check(options.Tls);
        FreeListeners.Check(options);

        // Empty: the usual builders also read unprefixed environment variables, and "DATA" may mean anything.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddConnectLogging(options.Log);
        var room = FileHandles.FindRoom(options);
        builder.Services.AddSingleton(room);
        builder.WebHost.UseConnectKestrel(options, room);
        // After Kestrel's own, so that it is asked first.
        builder.Services.AddSingleton<IConnectionListenerFactory>(PatientListeners.Create);
        builder.Services.AddSingleton<PeerWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PeerWatch>());
        builder.AddSingleSilo(options);
        builder.Services.AddNode(options);
        builder.AddNodeMetrics(options.Metrics);

        var app = builder.Build();

        // Made here and not by whoever asks first, so that what forbids a start is told as such.
        app.Services.GetRequiredService<IStoreHealth>();
        app.Services.GetRequiredService<ServerCertificate>();
        app.MapNode();
        return app;
    }

    private static void AddNode(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = options.Gateway.DrainDeadline + TimeSpan.FromSeconds(10);
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        services.AddStore(options);
        services.MeterStoreReads();
        services.AddRouting();
        services.AddConnectDoors();
        services.AddConnectHttp();
        services.AddConnectGateway();
        if (options.Tls.CertificateFile is null)
        {
            // A browser that was told once would for a year refuse whatever else serves by this name.
            services.PostConfigure<GatewayOptions>(gateway => gateway.StrictTransport = TimeSpan.Zero);
        }

        services.AddSingleton(Options.Create(options.Identity));
        services.AddSingleton(Options.Create(options.People));
        services.AddSingleton(Options.Create(options.Groups));
        services.AddAccounts();
        services.AddSingleton(Options.Create(options.Sweep));
        services.Configure<ConversationOptions>(each => each.UndeliveredTtl = options.Store.UndeliveredLife);
        services.AddConversations();
        services.AddDelivery();
        services.AddSingleton<ServerCertificate>();
        services.AddHostedService(provider => provider.GetRequiredService<ServerCertificate>());
        services.AddSingleton<Readiness>();
        services.AddHostedService<ReadyLine>();
        services.AddHostedService<HangUp>();
    }

    private static void AddStore(this IServiceCollection services, ServerOptions options)
    {
        if (options.IsInMemory)
        {
            services.AddInMemoryStore(options.Store.UndeliveredLife);
            return;
        }

        services.AddSingleton<FatalStop>();
        services.AddRocksDbStore(
            EmbeddedStore.OptionsOf(options),
            provider => provider.GetRequiredService<FatalStop>().Stop
        );
        services.AddHostedService<ControlSocket>();
    }

    private static void MapNode(this WebApplication app)
    {
        app.UseConnectHttp();
        app.MapHealth();
        app.MapConnectHttp();
        app.MapConnectSocket();
        app.MapWebClient();
    }
}
