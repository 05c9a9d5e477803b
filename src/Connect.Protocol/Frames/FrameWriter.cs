using System.Buffers;
using Connect.Protocol.V1;

namespace Connect.Protocol.Frames;

/// <summary>
/// Writes frames, each with its delimiter, so that what several calls wrote to one buffer is one WebSocket message.
/// </summary>
public abstract class FrameWriter
{
    private protected FrameWriter() { }

    public abstract void Write(ServerFrame frame, IBufferWriter<byte> output);

    public abstract void Write(ClientFrame frame, IBufferWriter<byte> output);

    /// <summary>The bytes of one frame with its delimiter, to be kept or shared.</summary>
    public ReadOnlyMemory<byte> Encode(ServerFrame frame)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(frame, output);
        return output.WrittenMemory;
    }

    /// <inheritdoc cref="Encode(ServerFrame)"/>
    public ReadOnlyMemory<byte> Encode(ClientFrame frame)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(frame, output);
        return output.WrittenMemory;
    }
}
