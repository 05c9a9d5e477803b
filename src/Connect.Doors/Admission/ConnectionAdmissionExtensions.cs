using Connect.Doors.Proxy;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Connect.Doors.Admission;

/// <summary>How a listener takes the walls in.</summary>
public static class ConnectionAdmissionExtensions
{
    /// <summary>
    /// The header of a balancer, where one is trusted, and the limits on connections. To stand before TLS.
    /// </summary>
    public static void UseConnectDoor(this ListenOptions listen)
    {
        var proxy = listen.ApplicationServices.GetRequiredService<ProxyProtocol>();
        if (proxy.IsOn)
        {
            listen.Use(next => connection => proxy.RunAsync(connection, next));
        }

        var door = listen.ApplicationServices.GetRequiredService<ConnectionAdmission>();
        listen.Use(next => connection => door.RunAsync(connection, next));
    }
}
