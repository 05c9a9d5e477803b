using Connect.Protocol.V1;

namespace Connect.Protocol.Frames;

/// <summary>
/// A push that goes to many sessions: encoded at most once per encoding, when the first session asks for it, and the
/// bytes shared. The frame must not be changed afterwards.
/// </summary>
public sealed class SharedFrame(ServerFrame frame)
{
    private byte[]? _json;
    private byte[]? _protobuf;

    public ServerFrame Frame { get; } = frame;

    /// <summary>The frame with its delimiter. Two threads may both encode; both get equal bytes.</summary>
    public ReadOnlyMemory<byte> Bytes(FrameEncoding encoding)
    {
        ref var bytes = ref encoding == FrameEncoding.Json ? ref _json : ref _protobuf;
        var known = Volatile.Read(ref bytes);
        if (known is null)
        {
            known = FrameCodec.For(encoding).Writer.Encode(Frame).ToArray();
            Volatile.Write(ref bytes, known);
        }

        return known;
    }
}
