using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Connect.LoadGen.Relays;

/// <summary>
/// What the same Kestrel does without Connect: whatever one socket of a room sends goes to the others of the room, as
/// it is. No names, no order, no store, no answer; each figure of Connect is compared with this one's.
/// </summary>
internal sealed class RelayServer : IAsyncDisposable
{
    private const int ReceiveBuffer = 64 * 1024;

    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, RelaySocket[]> _rooms = [];

    private RelayServer(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = null!;

    public static async Task<RelayServer> StartAsync(X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var context = SslStreamCertificateContext.Create(certificate, null, offline: true);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                System.Net.IPAddress.Loopback,
                0,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    listen.UseHttps(
                        new TlsHandshakeCallbackOptions
                        {
                            OnConnection = _ =>
                                ValueTask.FromResult(
                                    new SslServerAuthenticationOptions
                                    {
                                        ServerCertificateContext = context,
                                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                                        ApplicationProtocols =
                                        [
                                            SslApplicationProtocol.Http2,
                                            SslApplicationProtocol.Http11,
                                        ],
                                    }
                                ),
                        }
                    );
                }
            )
        );
        var relay = new RelayServer(builder.Build());
        relay._app.UseWebSockets(new() { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        relay._app.Map("/{room}", relay.ServeAsync);
        await relay._app.StartAsync(cancellationToken);
        var addresses = relay._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        relay.Url = new Uri(addresses.Addresses.Single());
        return relay;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context, string room)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var mine = new RelaySocket(socket);
        Change(room, sockets => [.. sockets, mine]);
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBuffer);
        try
        {
            while (await ReceiveAsync(socket, buffer) is { } message)
            {
                foreach (var other in _rooms[room])
                {
                    if (other != mine)
                    {
                        other.Post(message);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            // How the connections of a run end.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Change(room, sockets => [.. sockets.Where(each => each != mine)]);
        }
    }

    /// <summary>Readers take the array as it is.</summary>
    private void Change(string room, Func<RelaySocket[], RelaySocket[]> change)
    {
        lock (_gate)
        {
            _rooms[room] = change(_rooms.GetValueOrDefault(room) ?? []);
        }
    }

    private static async ValueTask<byte[]?> ReceiveAsync(WebSocket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += received.Count;
            if (received.EndOfMessage)
            {
                return buffer.AsSpan(0, length).ToArray();
            }
        }
    }
}
