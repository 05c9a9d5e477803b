using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Connect.LoadGen.Wire;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;

namespace Connect.LoadGen.Load;

/// <summary>A user with one device: connects, says hello and syncs; what comes then is somebody else's.</summary>
internal sealed class LoadUser(LoadServer server, string token)
{
    private static readonly FrameLimits Limits = FrameLimits.FromServer;

    private readonly Uri _url = new(server.Process.Url, "/v1/connect");

    public string Token => token;

    public string Device { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Known after the first answer.</summary>
    public string Id { get; set; } = "";

    /// <summary>The connection of now.</summary>
    public LoadSocket Socket { get; private set; } = null!;

    /// <summary>Online and live: an empty sync is behind it.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await HelloAsync(0, cancellationToken);
        await AskAsync(
            new ClientFrame
            {
                Id = 2,
                Sync = new() { Mode = SyncMode.All },
            }
        );
        while (!(await AnswerAsync(ServerFrame.BodyOneofCase.SyncPage)).SyncPage.Synced)
        {
            await AskAsync(new ClientFrame { Id = 3, Next = new() });
        }
    }

    /// <summary>Opens a connection and says hello.</summary>
    /// <param name="receiveWindow">Bytes that the kernel keeps; 0 = as the system does.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task HelloAsync(int receiveWindow, CancellationToken cancellationToken)
    {
        Socket = await LoadSocket.OpenAsync(
            _url,
            FrameCodec.ProtobufSubprotocol,
            server.Trust,
            receiveWindow,
            cancellationToken
        );
        var hello = new Hello
        {
            Token = token,
            DeviceId = Device,
            Agent = "connect-load",
        };
        await AskAsync(new ClientFrame { Id = 1, Hello = hello });
        Id = (await AnswerAsync(ServerFrame.BodyOneofCase.Welcome)).Welcome.User;
    }

    private ValueTask AskAsync(ClientFrame frame)
    {
        var buffer = new FrameBuffer("", isUser: false, 0);
        buffer.Add(frame);
        return Socket.SendAsync(buffer.Bytes, buffer.Length);
    }

    private async Task<ServerFrame> AnswerAsync(ServerFrame.BodyOneofCase body)
    {
        while (true)
        {
            var frames = new List<ServerFrame>();
            var message = new ReadOnlySequence<byte>(await Socket.ReceiveAsync());
            var error = FrameCodec.Protobuf.Reader.ReadServerFrames(message, Limits, frames);
            if (error.IsError || frames.Exists(frame => frame.BodyCase == ServerFrame.BodyOneofCase.Err))
            {
                throw new InvalidOperationException(
                    $"The server refused: {error.Reason} {frames.LastOrDefault()?.Err}"
                );
            }

            if (frames.Find(frame => frame.BodyCase == body) is { } found)
            {
                return found;
            }
        }
    }
}
