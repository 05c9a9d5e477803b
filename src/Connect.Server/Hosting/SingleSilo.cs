using System.Net;
using System.Net.Sockets;
using Connect.Server.Configuration;
using Orleans.Configuration;

namespace Connect.Server.Hosting;

/// <summary>Orleans with this process as its only silo: nothing listens but one port on 127.0.0.1 (ADR 0005).</summary>
internal static class SingleSilo
{
    /// <summary>
    /// An append whose writer died unanswered is retried with the same cids after this; the default of 30 s would keep
    /// a sender waiting for that long.
    /// </summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    public static void AddSingleSilo(this IHostApplicationBuilder builder, ServerOptions options)
    {
        var port = options.Cluster.SiloPort == 0 ? FreePort() : options.Cluster.SiloPort;
        builder.UseOrleans(silo =>
        {
            silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, port));
            silo.Configure<Orleans.Configuration.ClusterOptions>(cluster =>
            {
                cluster.ClusterId = "connect";
                cluster.ServiceId = "connect";
            });
            silo.Configure<EndpointOptions>(endpoint =>
            {
                endpoint.AdvertisedIPAddress = IPAddress.Loopback;
                endpoint.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, port);
                endpoint.SiloPort = port;
                // No gateway: nobody but this process is a client of its grains.
                endpoint.GatewayPort = 0;
            });
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = CallTimeout);
            silo.Configure<GrainCollectionOptions>(collection =>
            {
                collection.CollectionAge = TimeSpan.FromMinutes(10);
                collection.CollectionQuantum = TimeSpan.FromMinutes(1);
            });
        });
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
