using Wire = Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>
/// The server's limits on what a client sends, as its last greeting stated them. Before the first greeting they are
/// the protocol's defaults; across reconnects the last known values stay in force.
/// </summary>
public sealed record ServerLimits
{
    internal ServerLimits() { }

    /// <summary>The most bytes of UTF-8 one message text may have; 8,000 by default.</summary>
    public int TextBytes { get; private init; } = ProtocolLimits.TextBytes;

    /// <summary>
    /// The most bytes of one WebSocket message to the server; 65,536 by default. The client splits what it sends
    /// accordingly.
    /// </summary>
    public int FrameBytes { get; private init; } = ProtocolLimits.ClientMessageBytes;

    /// <summary>
    /// How long an entry waits for a member; one that is older and still undelivered to them has ended for them, see
    /// <see cref="MemberPlace.HasEnded"/>. 30 days by default.
    /// </summary>
    public TimeSpan UndeliveredTtl { get; private init; } = ProtocolLimits.UndeliveredTtl;

    /// <summary>The limits of a greeting. A value the server leaves out keeps the one known before.</summary>
    internal ServerLimits With(Wire.Limits? limits) =>
        limits is null
            ? this
            : this with
            {
                TextBytes = Known(limits.Text, TextBytes),
                FrameBytes = Known(limits.Frame, FrameBytes),
                UndeliveredTtl = limits.UndeliveredTtl is > 0 and var seconds
                    ? TimeSpan.FromSeconds(seconds)
                    : UndeliveredTtl,
            };

    private static int Known(uint value, int otherwise) => value is > 0 and <= int.MaxValue ? (int)value : otherwise;
}
