using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Xunit;

namespace Connect.Cluster.Tests.Clients;

/// <summary>A WebSocket by hand over TLS by hand, for what no library would send.</summary>
internal sealed class RawSocket : IAsyncDisposable
{
    private const string Upgrade =
        "GET /v1/connect HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        + "Sec-WebSocket-Protocol: connect.v1.json\r\n\r\n";

    private readonly TcpClient _tcp;
    private readonly string _host;

    private RawSocket(TcpClient tcp, SslStream tls, string host) => (_tcp, Tls, _host) = (tcp, tls, host);

    public SslStream Tls { get; }

    /// <summary>TCP and TLS, after <paramref name="before"/> was sent in the clear.</summary>
    public static async Task<RawSocket> DialAsync(
        ServerProcess server,
        CancellationToken cancellation,
        byte[]? before = null
    )
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Url.Host, server.Url.Port, cancellation);
        if (before is not null)
        {
            await tcp.GetStream().WriteAsync(before, cancellation);
        }

        var tls = new SslStream(tcp.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = server.Url.Host,
            CertificateChainPolicy = ServerProcess.TrustOnly(server.CertificateFile),
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        await tls.AuthenticateAsClientAsync(options, cancellation);
        return new(tcp, tls, server.Url.Authority);
    }

    /// <summary>A socket after its upgrade, in JSON.</summary>
    public static async Task<RawSocket> OpenAsync(ServerProcess server, CancellationToken cancellation)
    {
        var socket = await DialAsync(server, cancellation);
        var head = await socket.UpgradeAsync(cancellation);
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        return socket;
    }

    /// <summary>The head of the answer.</summary>
    public async Task<string> UpgradeAsync(CancellationToken cancellation)
    {
        var request = Upgrade.Replace("HOST", _host, StringComparison.Ordinal);
        await Tls.WriteAsync(Encoding.ASCII.GetBytes(request), cancellation);
        return await HeadAsync(cancellation);
    }

    /// <summary>Reads up to the empty line that ends a head.</summary>
    public async Task<string> HeadAsync(CancellationToken cancellation)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await Tls.ReadAsync(one, cancellation) == 0)
            {
                break;
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>One frame with an empty mask.</summary>
    public static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        byte[] length =
            payload.Length < 126 ? [(byte)(0x80 | payload.Length)]
            : payload.Length < 65_536 ? [0xFE, (byte)(payload.Length >> 8), (byte)payload.Length]
            :
            [
                0xFF,
                0,
                0,
                0,
                0,
                (byte)(payload.Length >> 24),
                (byte)(payload.Length >> 16),
                (byte)(payload.Length >> 8),
                (byte)payload.Length,
            ];
        return [first, .. length, 0, 0, 0, 0, .. payload];
    }

    /// <summary>A whole message of text.</summary>
    public ValueTask SendAsync(string text, CancellationToken cancellation) =>
        Tls.WriteAsync(Frame(0x81, Encoding.UTF8.GetBytes(text)), cancellation);

    /// <summary>Writes as long as the other side takes it.</summary>
    public async Task PourAsync(byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            await Tls.WriteAsync(bytes, cancellation);
        }
        catch (IOException)
        {
            // Cut off, which the reader sees.
        }
    }

    /// <summary>The text of all frames up to the close, and its code; 0 when the connection was cut.</summary>
    public async Task<(string Text, int Close)> ReadToEndAsync(CancellationToken cancellation)
    {
        var text = new StringBuilder();
        try
        {
            while (true)
            {
                var (opcode, payload) = await ReadFrameAsync(cancellation);
                if (opcode == 8)
                {
                    return (text.ToString(), (payload[0] << 8) | payload[1]);
                }

                text.Append(Encoding.UTF8.GetString(payload));
            }
        }
        catch (IOException)
        {
            return (text.ToString(), 0);
        }
    }

    public async Task<(int Opcode, byte[] Payload)> ReadFrameAsync(CancellationToken cancellation)
    {
        var header = new byte[2];
        await Tls.ReadExactlyAsync(header, cancellation);
        var opcode = header[0] & 0x0F;
        long length = header[1] & 0x7F;
        if (length >= 126)
        {
            var extended = new byte[length == 126 ? 2 : 8];
            await Tls.ReadExactlyAsync(extended, cancellation);
            length = extended.Aggregate(0L, (sum, each) => (sum << 8) | each);
        }

        var payload = new byte[length];
        await Tls.ReadExactlyAsync(payload, cancellation);
        if (opcode == 1)
        {
            ReceiverContract.Read(FrameCodec.Json, payload);
        }

        return (opcode, payload);
    }

    /// <summary>Ends TCP without a word of TLS; <paramref name="reset"/>: with RST instead of FIN.</summary>
    public void Cut(bool reset)
    {
        if (reset)
        {
            _tcp.Client.LingerState = new(true, 0);
        }

        _tcp.Client.Close();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Tls.DisposeAsync();
        }
        catch (IOException)
        {
            // Cut before.
        }

        _tcp.Dispose();
    }
}
