using System.Buffers;
using Connect.Protocol.V1;
using Google.Protobuf;

namespace Connect.Protocol.Frames;

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
