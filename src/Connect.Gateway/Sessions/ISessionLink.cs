using Connect.Protocol.Frames;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>
/// A connection as its session sees it. The session knows frames, not the protocol that carries them: another front
/// door attaches here. Only the session's queue sends, one call at a time.
/// </summary>
internal interface ISessionLink
{
    LinkActivity Activity { get; }

    /// <summary>A frame as this connection carries it.</summary>
    ReadOnlyMemory<byte> Encode(ServerFrame frame);

    /// <summary>The same for a frame that goes to many: encoded once per encoding, the bytes shared.</summary>
    ReadOnlyMemory<byte> Encode(SharedFrame frame);

    /// <summary>Sends one or more encoded frames in one flush. The memory may be reused afterwards.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> frames);

    /// <summary>Says goodbye; nothing is sent after it. Returns when the goodbye was written.</summary>
    ValueTask CloseAsync(int code, string reason);

    /// <summary>Cuts the connection.</summary>
    void Abort();
}
