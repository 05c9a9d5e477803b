using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Connect.Protocol.V1;
using Google.Protobuf;

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

/// <summary>Writes JSON frames, each followed by a line feed.</summary>
internal sealed class JsonFrameWriter : FrameWriter
{
    [ThreadStatic]
    private static Utf8JsonWriter? _threadWriter;

    public override void Write(ServerFrame frame, IBufferWriter<byte> output) =>
        WriteLine(frame, FrameJson.ServerFrame, output);

    public override void Write(ClientFrame frame, IBufferWriter<byte> output) =>
        WriteLine(frame, FrameJson.ClientFrame, output);

    private static void WriteLine<TFrame>(TFrame frame, JsonTypeInfo<TFrame> type, IBufferWriter<byte> output)
        where TFrame : class
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(output);
        var writer = _threadWriter ??= new Utf8JsonWriter(Stream.Null, FrameJson.WriterOptions);
        writer.Reset(output);
        try
        {
            JsonSerializer.Serialize(writer, frame, type);
            writer.Flush();
        }
        finally
        {
            // Neither the buffer nor half a frame may outlive this call.
            writer.Reset(Stream.Null);
        }

        output.GetSpan(1)[0] = (byte)'\n';
        output.Advance(1);
    }
}

/// <summary>Writes varint-delimited protobuf frames.</summary>
internal sealed class ProtobufFrameWriter : FrameWriter
{
    public override void Write(ServerFrame frame, IBufferWriter<byte> output) => WriteDelimited(frame, output);

    public override void Write(ClientFrame frame, IBufferWriter<byte> output) => WriteDelimited(frame, output);

    private static void WriteDelimited(IMessage frame, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(output);
        var length = (uint)frame.CalculateSize();
        var span = output.GetSpan(5);
        var written = 0;
        for (; length >= 0x80; length >>= 7)
        {
            span[written++] = (byte)(length | 0x80);
        }

        span[written++] = (byte)length;
        output.Advance(written);
        frame.WriteTo(output);
    }
}
