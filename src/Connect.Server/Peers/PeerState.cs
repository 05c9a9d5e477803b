using System.Buffers.Binary;

namespace Connect.Server.Peers;

/// <summary>What the kernel knows of the other end of a TCP connection.</summary>
/// <param name="Unacknowledged">Segments that were sent and not acknowledged.</param>
/// <param name="Retransmissions">How often in a row the oldest of them was sent again.</param>
/// <param name="UnansweredProbes">Probes of a silent peer, or of a full one, since it was last heard.</param>
/// <param name="Silence">The time since any segment came from the peer.</param>
internal readonly record struct PeerState(
    uint Unacknowledged,
    int Retransmissions,
    int UnansweredProbes,
    TimeSpan Silence
)
{
    /// <summary>Bytes of the kernel's <c>tcp_info</c> that are read.</summary>
    public const int InfoLength = 60;

    private const int RetransmissionsAt = 2;
    private const int ProbesAt = 3;
    private const int UnacknowledgedAt = 24;
    private const int LastDataReceivedAt = 52;
    private const int LastAckReceivedAt = 56;

    /// <summary>
    /// One that failed to answer may have been lost on the way; and the pause between two probes of a peer whose
    /// window is full may itself be longer than the limit.
    /// </summary>
    private const int Failures = 2;

    /// <summary>Reads the beginning of a <c>tcp_info</c>, whose layout Linux only ever appends to.</summary>
    public static PeerState Read(ReadOnlySpan<byte> info)
    {
        var data = BinaryPrimitives.ReadUInt32LittleEndian(info[LastDataReceivedAt..]);
        var acknowledgement = BinaryPrimitives.ReadUInt32LittleEndian(info[LastAckReceivedAt..]);
        return new(
            BinaryPrimitives.ReadUInt32LittleEndian(info[UnacknowledgedAt..]),
            info[RetransmissionsAt],
            info[ProbesAt],
            TimeSpan.FromMilliseconds(Math.Min(data, acknowledgement))
        );
    }

    /// <summary>
    /// Whether the peer's host has vanished: it owes an answer, and nothing came from it for that long. A stopped or
    /// slow process is not meant, whose kernel goes on answering.
    /// </summary>
    public bool IsGone(TimeSpan limit) =>
        Silence >= limit && ((Unacknowledged > 0 && Retransmissions >= Failures) || UnansweredProbes >= Failures);
}
