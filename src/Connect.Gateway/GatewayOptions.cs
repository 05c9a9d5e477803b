using Connect.Protocol;

namespace Connect.Gateway;

/// <summary>
/// The limits of the socket side (section <c>Gateway</c> of the configuration). Each has a defined behaviour at the
/// limit, so memory stays bounded under every load (D11).
/// </summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>
    /// Origins, as <c>https://host:port</c>, that may connect besides the server's own. Empty by default: only pages
    /// of this server and clients that send no Origin.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Bytes of one message of a client; 64 KiB by default. Above it: close 4500.</summary>
    public int MessageBytes { get; set; } = ProtocolLimits.ClientMessageBytes;

    /// <summary>Fragments of one message of a client; 32 by default. Above it: close 4500.</summary>
    public int MessageFragments { get; set; } = ProtocolLimits.MessageFragments;

    /// <summary>From the first byte of a message to its last; 10 s by default. After it: close 4500.</summary>
    public TimeSpan MessageDeadline { get; set; } = ProtocolLimits.MessageDeadline;

    /// <summary>From the upgrade to <c>hello</c>; 5 s by default. After it: close 4500.</summary>
    public TimeSpan HelloDeadline { get; set; } = ProtocolLimits.HelloDeadline;

    /// <summary>Time between two pings; 25 s by default. Silence of 1.5 × this + 5 s: close 4003.</summary>
    public TimeSpan PingInterval { get; set; } = ProtocolLimits.PingInterval;

    /// <summary>UTF-8 bytes of one text; 8,000 by default. Above it: <c>too_large</c>.</summary>
    public int TextBytes { get; set; } = ProtocolLimits.TextBytes;

    /// <summary>
    /// Unanswered requests of one session; <see cref="ProtocolLimits.InFlight"/> by default. Above it the socket is
    /// not read until answers went out.
    /// </summary>
    public int InFlight { get; set; } = ProtocolLimits.InFlight;

    /// <summary>
    /// Unanswered <c>mark</c> requests of one session, which <see cref="InFlight"/> does not count; 256 by default.
    /// Above it the socket is not read.
    /// </summary>
    public int MarksInFlight { get; set; } = 256;

    /// <summary>
    /// Messages in one append to a conversation; 64 by default, which is also the most a grain takes.
    /// </summary>
    public int AppendBatch { get; set; } = 64;

    /// <summary>Sends per second of one user, as told in <c>welcome</c>; 100 by default.</summary>
    public int SendRate { get; set; } = ProtocolLimits.SendRate;

    /// <summary>
    /// Bytes waiting for one socket above which receipts are coalesced, the last one winning; 64 KiB by default.
    /// </summary>
    public int QueueSoftBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Bytes waiting for one socket above which entries become hints, pages are not read from the store and the socket
    /// is not read; 256 KiB by default. Answers to what was read before still find room.
    /// </summary>
    public int QueueHardBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// Hints, and coalesced receipts, kept for one socket; 1,000 each by default. Above it: <c>lagging</c>.
    /// </summary>
    public int QueueHints { get; set; } = 1000;

    /// <summary>Without any progress of a write for this long, 30 s by default: close 4002.</summary>
    public TimeSpan SlowConsumerDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes of one message to a client: everything waiting, up to this, is one flush; 256 KiB by default.
    /// </summary>
    public int FlushBytes { get; set; } = ProtocolLimits.ServerMessageBytes;

    /// <summary>A page ends before it outgrows this; 128 KiB by default.</summary>
    public int PageBytes { get; set; } = ProtocolLimits.PageBytes;

    /// <summary>Entries of a page of <c>sync</c>; 1,000 by default.</summary>
    public int SyncPageEntries { get; set; } = 1000;

    /// <summary>Conversations looked at for one page of <c>sync</c>; 200 by default. Then the page ends.</summary>
    public int SyncPageConversations { get; set; } = 200;

    /// <summary>
    /// Positions of one <c>sync</c>, all parts together; 50,000 by default. Above it: <c>too_large</c>.
    /// </summary>
    public int SyncPositions { get; set; } = 50_000;

    /// <summary>
    /// Entries older than this are not part of a <c>sync</c> but only of the history; 30 days by default.
    /// </summary>
    public TimeSpan SyncWindow { get; set; } = ProtocolLimits.SyncWindow;

    /// <summary>How long before a token's end <c>token_expiring</c> is sent; 60 s by default.</summary>
    public TimeSpan TokenWarning { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a closed socket may take to say goodbye before it is cut; 2 s by default.</summary>
    public TimeSpan CloseLinger { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long sessions may finish what is in flight when the node stops; 10 s by default. Then they are closed
    /// anyway.
    /// </summary>
    public TimeSpan DrainDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The <c>reconnect_after_ms</c> of <c>go_away</c>; 500 ms by default.</summary>
    public TimeSpan DrainReconnectAfter { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The <c>jitter_ms</c> of <c>go_away</c>, over which the reconnects spread; 5 s by default.</summary>
    public TimeSpan DrainJitter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Users whose existence and name a node remembers; 20,000 by default. Then the oldest half goes.
    /// </summary>
    public int KnownUsers { get; set; } = 20_000;
}
