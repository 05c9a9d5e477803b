using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Connect.Protocol.V1;

namespace Connect.Protocol.Frames;

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
