using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Connect.LoadGen.Wire;

/// <summary>
/// A WebSocket over TLS with as little around it as can be: the client shares the machine with what it measures. One
/// reader and one writer at a time.
/// </summary>
internal sealed class LoadSocket : IDisposable
{
    /// <summary>Room that a writer leaves in front of a message for the head of its WebSocket frame.</summary>
    public const int HeadRoom = 14;

    private const int FirstBuffer = 8 * 1024;
    private const int MaxMessage = 1024 * 1024;
    private const int MaxHead = 16 * 1024;
    private const int SmallSegment = 1400;

    private readonly Socket _socket;
    private readonly SslStream _tls;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;

    private LoadSocket(Socket socket, SslStream tls) => (_socket, _tls) = (socket, tls);

    /// <summary>Bytes that came, heads of WebSocket frames included.</summary>
    public long BytesRead { get; private set; }

    /// <param name="url">As <c>https://HOST:PORT/path</c>.</param>
    /// <param name="subprotocol">None: not asked for.</param>
    /// <param name="trust">Who may be at the other end.</param>
    /// <param name="receiveWindow">Bytes that the kernel keeps for us; 0 = as the system does.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<LoadSocket> OpenAsync(
        Uri url,
        string? subprotocol,
        LoadTrust trust,
        int receiveWindow,
        CancellationToken cancellationToken
    )
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveWindow > 0)
        {
            socket.ReceiveBufferSize = receiveWindow;
            LimitPackets(socket);
        }

        try
        {
            var address = url.IsLoopback
                ? IPAddress.Loopback
                : (await Dns.GetHostAddressesAsync(url.Host, cancellationToken))[0];
            await socket.ConnectAsync(new IPEndPoint(address, url.Port), cancellationToken);
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsClientAsync(trust.OptionsFor(url.Host), cancellationToken);
            var opened = new LoadSocket(socket, tls);
            await opened.UpgradeAsync(url, subprotocol, cancellationToken);
            return opened;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends one binary message. Its bytes start at <see cref="HeadRoom"/> in the buffer; before it the head is put.
    /// </summary>
    public ValueTask SendAsync(byte[] buffer, int length) => _tls.WriteAsync(PutHead(buffer, length));

    /// <summary>The next message that is here already; the memory holds until the next fill.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> message)
    {
        while (TryTakeFrame(out var opcode, out message))
        {
            switch (opcode)
            {
                case 2:
                    return true;
                case 8:
                    var code = message.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(message.Span) : 0;
                    throw new SocketClosedException(code);
                default:
                    // A pong, or a ping that nobody sends here.
                    break;
            }
        }

        return false;
    }

    /// <summary>Reads more; false at the end of the connection.</summary>
    public async ValueTask<bool> FillAsync()
    {
        MakeRoom();
        var count = await _tls.ReadAsync(_buffer.AsMemory(_end));
        _end += count;
        BytesRead += count;
        return count > 0;
    }

    /// <summary>The next message, waited for.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync()
    {
        ReadOnlyMemory<byte> message;
        while (!TryTake(out message))
        {
            if (!await FillAsync())
            {
                throw new SocketClosedException(0);
            }
        }

        return message;
    }

    /// <summary>Cuts the connection as a killed process does: a reset, no goodbye of TLS or WebSocket.</summary>
    public void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
            _socket.Close(0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It was over already.
        }
    }

    public void Dispose()
    {
        _tls.Dispose();
        _socket.Dispose();
    }

    /// <summary>
    /// A small window is that of a far network: the server's kernel then buffers as for one, not the megabytes that the
    /// packets of loopback, of 64 KB each, make it reserve.
    /// </summary>
    private static void LimitPackets(Socket socket)
    {
        const int Tcp = 6;
        const int MaxSegment = 2;
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(Tcp, MaxSegment, BitConverter.GetBytes(SmallSegment));
        }
    }

    private static ReadOnlyMemory<byte> PutHead(byte[] buffer, int length)
    {
        // Masked with zeros: the server does its work all the same, and the client saves its own.
        const int Mask = 4;
        int start;
        if (length < 126)
        {
            start = HeadRoom - Mask - 2;
            buffer[start + 1] = (byte)(0x80 | length);
        }
        else if (length <= ushort.MaxValue)
        {
            start = HeadRoom - Mask - 4;
            buffer[start + 1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(start + 2), (ushort)length);
        }
        else
        {
            start = HeadRoom - Mask - 10;
            buffer[start + 1] = 0x80 | 127;
            BinaryPrimitives.WriteInt64BigEndian(buffer.AsSpan(start + 2), length);
        }

        buffer[start] = 0x82;
        buffer.AsSpan(HeadRoom - Mask, Mask).Clear();
        return buffer.AsMemory(start, HeadRoom - start + length);
    }

    private bool TryTakeFrame(out int opcode, out ReadOnlyMemory<byte> payload)
    {
        (opcode, payload) = (0, default);
        var held = _buffer.AsSpan(_start, _end - _start);
        if (held.Length < 2)
        {
            return false;
        }

        var (head, length) = (2, (long)(held[1] & 0x7F));
        if (length == 126)
        {
            if (held.Length < 4)
            {
                return false;
            }

            (head, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(held[2..]));
        }
        else if (length == 127)
        {
            if (held.Length < 10)
            {
                return false;
            }

            (head, length) = (10, BinaryPrimitives.ReadInt64BigEndian(held[2..]));
        }

        if ((held[0] & 0x80) == 0 || length > MaxMessage)
        {
            throw new InvalidOperationException("The server sent a message in parts, or one that is too long.");
        }

        if (held.Length < head + length)
        {
            return false;
        }

        opcode = held[0] & 0x0F;
        payload = _buffer.AsMemory(_start + head, (int)length);
        _start += head + (int)length;
        return true;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            var held = _buffer.AsSpan(_start, _end - _start);
            var room = held.Length > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
            held.CopyTo(room);
            (_buffer, _start, _end) = (room, 0, held.Length);
        }
    }

    private async Task UpgradeAsync(Uri url, string? subprotocol, CancellationToken cancellationToken)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var request =
            $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            + (subprotocol is null ? "\r\n" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n\r\n");
        await _tls.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        int end;
        while ((end = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_end > MaxHead || !await FillAsync())
            {
                throw new SocketClosedException(0);
            }
        }

        var head = Encoding.ASCII.GetString(_buffer, 0, end);
        if (!head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The socket was refused: " + head.Split('\r')[0]);
        }

        _start = end + 4;
    }
}
