using System.Net;
using System.Net.Sockets;
using Connect.Server.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Connect.Server.Hosting;

/// <summary>
/// Looks whether the addresses to listen on can be had, before a store is opened. What Kestrel and the engine say when
/// they cannot is pages long. An address that is lost between this look and the start still fails there.
/// </summary>
internal static class FreeListeners
{
    /// <exception cref="IOException">An address is taken.</exception>
    /// <exception cref="SettingsException">An address does not exist here, or needs more rights.</exception>
    public static void Check(ServerOptions options)
    {
        foreach (var listen in ListenAddress.ParseAll(options.Listen).Where(each => each.Port > 0))
        {
            foreach (var address in listen.Addresses)
            {
                Check(new IPEndPoint(address, listen.Port));
            }
        }
    }

    private static void Check(IPEndPoint endpoint)
    {
        try
        {
            // Made as Kestrel makes it, so that both agree on what is free. Nobody can connect: it does not listen.
            using var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new IOException(
                $"https://{endpoint} is in use by another process.",
                new AddressInUseException(exception.Message, exception)
            );
        }
        catch (SocketException exception)
        {
            throw new SettingsException([$"Listen: https://{endpoint}: {exception.Message}"]);
        }
    }
}
