using Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>A conversation as its user sees it in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">Direct or group.</param>
/// <param name="Title">The title of a group, or the username of the other user of a direct conversation.</param>
/// <param name="Peer">The other user's id in a direct conversation; else empty.</param>
/// <param name="MemberCount">How many belong to it.</param>
/// <param name="Role">This user's role.</param>
/// <param name="Head">The newest seq.</param>
/// <param name="Last">The newest entry this user may see, if any.</param>
/// <param name="Delivered">This user's delivered mark.</param>
/// <param name="Read">This user's read mark.</param>
/// <param name="Unread">Messages of others above it; 100 stands for "99+".</param>
/// <param name="Request">A stranger's first messages, neither accepted nor answered: to be shown apart.</param>
/// <param name="Others">The marks of the other members, up to 50 members.</param>
public sealed record ConversationInfo(
    string Id,
    ConversationKind Kind,
    string Title,
    string Peer,
    int MemberCount,
    Role Role,
    long Head,
    Entry? Last,
    long Delivered,
    long Read,
    int Unread,
    bool Request,
    IReadOnlyList<MemberPlace> Others
)
{
    /// <summary>Until when nothing of it is to draw attention (server's clock, UTC); null = it is not muted.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>This user hid it until something new comes: to be left out of the list.</summary>
    public bool IsHidden { get; init; }

    /// <summary>
    /// Above 50 members, instead of <see cref="Others"/>: how many other members hold this user's newest message.
    /// </summary>
    public int DeliveredCount { get; init; }

    /// <summary>Above 50 members: how many other members have read this user's newest message.</summary>
    public int ReadCount { get; init; }

    /// <summary>Never the title or the text: they must not get into a log.</summary>
    public override string ToString() => $"{Id} {Kind} head {Head}";
}
