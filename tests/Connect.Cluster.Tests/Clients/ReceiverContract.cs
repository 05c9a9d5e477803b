using System.Buffers;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Clients;

/// <summary>
/// What every client may count on: each message the server writes is within the limits of the contract and can be read.
/// All hand-made clients of these tests check all they get.
/// </summary>
internal static class ReceiverContract
{
    /// <summary>Room for one byte more than a message may have, so that a longer one is seen.</summary>
    public const int BufferBytes = ProtocolLimits.ServerMessageBytes + 1;

    /// <summary>The frames of one message.</summary>
    public static List<ServerFrame> Read(FrameCodec codec, ReadOnlySpan<byte> message)
    {
        var frames = new List<ServerFrame>();
        var bytes = new ReadOnlySequence<byte>(message.ToArray());
        var error = codec.Reader.ReadServerFrames(bytes, FrameLimits.FromServer, frames);
        Assert.False(error.IsError, $"The server wrote {message.Length} bytes against its contract: {error.Reason}");
        return frames;
    }
}
