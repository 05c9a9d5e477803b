using Microsoft.AspNetCore.Connections;

namespace Connect.Server.Tls;

/// <summary>
/// Looks at a client's first message before TLS takes it, which then finds it untouched, and leaves on the connection
/// what it offers.
/// </summary>
internal sealed class ClientHelloPeek(ClientOffer offer)
{
    private ClientOffer Offer => offer;

    /// <summary>What the client of a connection offers.</summary>
    public static ClientOffer Of(BaseConnectionContext connection) =>
        connection.Features.Get<ClientHelloPeek>()?.Offer ?? ClientOffer.Unknown;

    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next, TimeProvider time)
    {
        if (await ReadAsync(connection, time) is { } offer)
        {
            connection.Features.Set(new ClientHelloPeek(offer));
            await next(connection);
        }
        else
        {
            connection.Abort(new ConnectionAbortedException("No TLS handshake."));
        }
    }

    /// <summary>Null when it did not come in time.</summary>
    private static async Task<ClientOffer?> ReadAsync(ConnectionContext connection, TimeProvider time)
    {
        using var deadline = new CancellationTokenSource(TlsListeners.HandshakeDeadline, time);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(deadline.Token);
                var offer = ClientHello.Read(read.Buffer);
                if (offer != ClientOffer.Incomplete || read.IsCompleted)
                {
                    // Nothing is examined, so that the next reader gets all of it at once.
                    input.AdvanceTo(read.Buffer.Start);
                    return offer;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
