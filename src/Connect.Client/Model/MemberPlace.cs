using Wire = Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>How far a member has come in a conversation.</summary>
/// <param name="User">The member.</param>
/// <param name="Delivered">The highest seq that reached one of their devices.</param>
/// <param name="Read">The highest seq they have read.</param>
public sealed record MemberPlace(string User, long Delivered, long Read)
{
    /// <summary>
    /// What is at or below <see cref="Delivered"/> and was not delivered in time all the same: neither delivered nor
    /// read.
    /// </summary>
    public EndedSeqs Ended { get; init; } = EndedSeqs.None;

    /// <summary>The entry at a seq reached them in time.</summary>
    public bool HasReceived(long seq) => seq <= Math.Max(Delivered, Read) && !Ended.Contains(seq);

    /// <summary>They have read the entry at a seq.</summary>
    public bool HasRead(long seq) => seq <= Read && !Ended.Contains(seq);

    /// <summary>
    /// The entry was not delivered to them in time, and never will be; it stays in the history they can read.
    /// </summary>
    /// <param name="entry">An entry of somebody else that they may see.</param>
    /// <param name="endedBefore">
    /// Entries older than this end where they are undelivered: <see cref="ConnectClient.EndedBefore"/>.
    /// </param>
    public bool HasEnded(Entry entry, DateTimeOffset endedBefore)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Seq <= Math.Max(Delivered, Read) ? Ended.Contains(entry.Seq) : entry.Time < endedBefore;
    }

    internal static MemberPlace Of(Wire.MemberMarks marks) =>
        new(marks.User, (long)marks.Delivered, (long)marks.Read) { Ended = EndedSeqs.Of(marks.Ended) };

    /// <summary>The higher marks of two places of one member; what ended belongs to <see cref="Delivered"/>.</summary>
    public MemberPlace Raise(MemberPlace other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(User, Math.Max(Delivered, other.Delivered), Math.Max(Read, other.Read))
        {
            Ended = Delivered > other.Delivered ? Ended : other.Ended,
        };
    }
}
