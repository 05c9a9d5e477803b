namespace Connect.Protocol;

/// <summary>
/// The limits of the client protocol with their defaults. Where a limit is a setting of the server, this is its
/// default and <c>welcome.limits</c> tells a client the value in force.
/// </summary>
public static class ProtocolLimits
{
    /// <summary>Bytes of one WebSocket message from a client; above it the answer is <c>too_large</c>.</summary>
    public const int ClientMessageBytes = 65_536;

    /// <summary>WebSocket fragments one message of a client may come in.</summary>
    public const int MessageFragments = 32;

    /// <summary>Frames in one WebSocket message, both ways: tiny frames cost more than their bytes.</summary>
    public const int FramesPerMessage = 1_024;

    /// <summary>Bytes of one WebSocket message from the server.</summary>
    public const int ServerMessageBytes = 262_144;

    /// <summary>Bytes of one page (sync, history, conversations): a page ends before it outgrows this.</summary>
    public const int PageBytes = 131_072;

    /// <summary>UTF-8 bytes of the text of one message (setting).</summary>
    public const int TextBytes = 8_000;

    /// <summary>Nesting of a JSON frame; the deepest of this version is 7.</summary>
    public const int JsonDepth = 16;

    /// <summary>The first value that no seq or time may take, 2^53: so all are exact JSON numbers.</summary>
    public const ulong NumberLimit = 1UL << 53;

    /// <summary>Positions in one frame (a part of a <c>sync</c>, the heads of a <c>resume</c>).</summary>
    public const int PositionsPerFrame = 1_000;

    /// <summary>Marks in one <c>mark</c> request.</summary>
    public const int MarksPerFrame = 500;

    /// <summary>User ids in each list of a <c>watch</c> request.</summary>
    public const int WatchIdsPerFrame = 500;

    /// <summary>Conversations one device may say to have on screen.</summary>
    public const int OpenConversations = 32;

    /// <summary>Conversations asked for by id in one <c>conversations</c> request.</summary>
    public const int ConversationIdsPerFrame = 200;

    /// <summary>All items of all lists of one frame from a client.</summary>
    public const int ClientItemsPerFrame = 2_048;

    /// <summary>Items of one list in a frame from the server.</summary>
    public const int ServerListItems = 4_096;

    /// <summary>All items of all lists of one frame from the server.</summary>
    public const int ServerItemsPerFrame = 16_384;

    /// <summary>The most a page of <c>history</c> or <c>conversations</c> holds.</summary>
    public const int PageItems = 200;

    /// <summary>What a page of <c>history</c> or <c>conversations</c> holds when no limit is given.</summary>
    public const int DefaultPageItems = 50;

    /// <summary>Unanswered requests of one session; above it the server stops reading that socket (setting).</summary>
    public const int InFlight = 256;

    /// <summary>Sends of one user in a second; above it the answer is <c>rate_limited</c> (setting).</summary>
    public const int SendRate = 100;

    /// <summary>UTF-8 bytes of the title of a group.</summary>
    public const int TitleBytes = 256;

    /// <summary>Invites one member may have pending in a group.</summary>
    public const int InvitesPerInviter = 50;

    /// <summary>Members of a group, invited ones included.</summary>
    public const int GroupMembers = 500;

    /// <summary>Members up to which each member's marks are told; above it only counts are.</summary>
    public const int MembersWithMarks = 50;

    /// <summary>Names in one push of typing.</summary>
    public const int TypingNames = 3;

    /// <summary>Users who type in one conversation at once that anybody hears of.</summary>
    public const int TypistsPerConversation = 16;

    /// <summary>The value of <c>unread</c> that stands for "99 or more".</summary>
    public const int UnreadCap = 100;

    /// <summary>Time for a message of a client from its first byte to its last.</summary>
    public static readonly TimeSpan MessageDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Time from the upgrade to <c>hello</c>.</summary>
    public static readonly TimeSpan HelloDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Time between two pings of the server (<c>welcome.ping_ms</c>).</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(25);

    /// <summary>Age of a cid's time from which an unknown cid is refused with <c>too_old</c>.</summary>
    public static readonly TimeSpan CidMaxAge = TimeSpan.FromDays(29);

    /// <summary>How far a cid's time may be ahead of the server's before it is refused with <c>too_old</c>.</summary>
    public static readonly TimeSpan CidMaxAhead = TimeSpan.FromDays(1);

    /// <summary>
    /// How far a cid's time may be from the server's before a client replaces a cid that it never transmitted.
    /// </summary>
    public static readonly TimeSpan CidMaxDrift = TimeSpan.FromHours(1);

    /// <summary>
    /// Age above which a message that is still undelivered to a member has ended for them, and above which entries are
    /// not given at connect but only read as history: <c>limits.undelivered_ttl</c> of a server may differ.
    /// </summary>
    public static readonly TimeSpan UndeliveredTtl = TimeSpan.FromDays(30);

    /// <summary>After this an invite to a group is over.</summary>
    public static readonly TimeSpan InviteLifetime = TimeSpan.FromDays(30);

    /// <summary>How long a receiver lets a hole in a conversation heal by itself before it pulls.</summary>
    public static readonly TimeSpan HoleGrace = TimeSpan.FromMilliseconds(200);

    /// <summary>The time after which typing ends by itself.</summary>
    public static readonly TimeSpan TypingDuration = TimeSpan.FromSeconds(6);

    /// <summary>The shortest time until the same typing is told again: well before it ends by itself.</summary>
    public static readonly TimeSpan TypingRepeat = TimeSpan.FromMilliseconds(2_500);

    /// <summary>The shortest time between two <c>delivered</c> marks of a device.</summary>
    public static readonly TimeSpan DeliveredInterval = TimeSpan.FromSeconds(1);

    /// <summary>The upper bound of the first random wait before a reconnect (full jitter).</summary>
    public static readonly TimeSpan ReconnectBase = TimeSpan.FromMilliseconds(500);

    /// <summary>The upper bound of any random wait before a reconnect.</summary>
    public static readonly TimeSpan ReconnectCap = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The silence after which either side takes the connection for dead: 1.5 ping intervals and 5 s.
    /// </summary>
    public static TimeSpan SilenceLimit(TimeSpan pingInterval) => (pingInterval * 1.5) + TimeSpan.FromSeconds(5);
}
