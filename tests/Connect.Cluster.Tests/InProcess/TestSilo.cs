using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations;
using Connect.Delivery;
using Connect.Delivery.Directory;
using Connect.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Xunit;

namespace Connect.Cluster.Tests.InProcess;

/// <summary>A silo in this process over the in-memory store, with a gateway that only records.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private TestSilo(IHost host) => _host = host;

    public RecordingHub Hub => (RecordingHub)_host.Services.GetRequiredService<ISessionHub>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<TestSilo> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            var port = FreePort();
            silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, port));
            silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "test");
            silo.Configure<EndpointOptions>(endpoint =>
            {
                endpoint.AdvertisedIPAddress = IPAddress.Loopback;
                endpoint.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, port);
                endpoint.SiloPort = port;
                endpoint.GatewayPort = 0;
            });
        });
        builder.Services.AddInMemoryStore();
        builder.Services.AddSingleton<IRelations, NoRelations>();
        builder.Services.AddConversationWriters();
        builder.Services.AddDirectory();
        builder.Services.Configure<DirectoryOptions>(directory => directory.Partitions = 8);
        builder.Services.AddSingleton<ISessionHub, RecordingHub>();
        var host = builder.Build();
        await host.StartAsync();
        return new TestSilo(host);
    }

    /// <summary>Makes a session of a user reachable, as a gateway does at <c>hello</c>.</summary>
    public async Task<SessionId> ConnectAsync(UserId user)
    {
        var directory = Get<ISessionDirectory>();
        var session = SessionId.NewRandom();
        Hub.Add(new(user, session, directory.Node));
        Assert.NotEmpty((await directory.RegisterAsync(user, session, null)).Incarnation);
        return session;
    }

    public ConversationId Direct(UserId one, UserId other) => Get<IDirectConversationIds>().Derive(one, other);

    /// <summary>Waits until something holds; the failure says what.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        var started = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(started.Elapsed < TimeSpan.FromSeconds(20), $"Still missing after 20 s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
