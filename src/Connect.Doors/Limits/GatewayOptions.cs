using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Connect.Protocol;

namespace Connect.Doors.Limits;

/// <summary>
/// Limits of the WebSocket side (section <c>Gateway</c> of the configuration). Each defines what happens at the limit,
/// so that memory stays bounded under any load (ADR 0013).
/// </summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    [Description("Origins, as `https://host:port`, whose pages may connect besides the server's own; none by default.")]
    public IList<string> AllowedOrigins { get; } = [];

    [Description("Bytes of one message of a client. Above it: close 4500.")]
    [Range(1_024, 1_048_576)]
    public int MessageBytes { get; set; } = ProtocolLimits.ClientMessageBytes;

    [Description("Fragments of one message of a client. Above it: close 4500.")]
    [Range(1, 1_024)]
    public int MessageFragments { get; set; } = ProtocolLimits.MessageFragments;

    [Description("From the first byte of a message to its last. After it: close 4500.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan MessageDeadline { get; set; } = ProtocolLimits.MessageDeadline;

    [Description("From the upgrade to `hello`. After it: close 4500.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan HelloDeadline { get; set; } = ProtocolLimits.HelloDeadline;

    [Description("Time between two pings. Silence of 1.5 × this + 5 s: close 4003.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan PingInterval { get; set; } = ProtocolLimits.PingInterval;

    [Description(
        "UTF-8 bytes of one text. Above it: `too_large`. At most 10,880 with the default of `Gateway:MessageBytes`, "
            + "and 43,520 with any."
    )]
    [Range(1, 65_536)]
    public int TextBytes { get; set; } = ProtocolLimits.TextBytes;

    [Description("Unanswered requests of one session. Above it the socket is not read until answers went out.")]
    [Range(1, 10_000)]
    public int InFlight { get; set; } = ProtocolLimits.InFlight;

    [Description(
        "Unanswered `mark` requests of one session, which `InFlight` does not count. Above it the socket is "
            + "not read."
    )]
    [Range(1, 10_000)]
    public int MarksInFlight { get; set; } = 256;

    [Description("Messages in one append to a conversation; the default is also the most a grain takes.")]
    [Range(1, 64)]
    public int AppendBatch { get; set; } = 64;

    [Description("Sends per second of one user, as told in `welcome`.")]
    [Range(1, 1_000_000)]
    public int SendRate { get; set; } = ProtocolLimits.SendRate;

    [Description("Bytes waiting for one socket above which receipts and presence are coalesced, the last one winning.")]
    [Range(1_024, 16 << 20)]
    public int QueueSoftBytes { get; set; } = 64 * 1024;

    [Description(
        "Bytes waiting for one socket above which entries become hints, pages are not read from the store "
            + "and the socket is not read. Answers to what was read before still find room."
    )]
    [Range(1_024, 64 << 20)]
    public int QueueHardBytes { get; set; } = 256 * 1024;

    [Description("Hints, and coalesced receipts, kept for one socket, as many of each. Above it: `lagging`.")]
    [Range(1, 100_000)]
    public int QueueHints { get; set; } = 1000;

    [Description("Without any progress of a write for this long: close 4002.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan SlowConsumerDeadline { get; set; } = TimeSpan.FromSeconds(30);

    [Description(
        "A connection whose peer owes an answer, and from which nothing has come for this long, is closed: a host that "
            + "vanished, not a client that is slow. An idle peer is probed after half of it. 0: only the pings notice."
    )]
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan PeerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Bytes of one message to a client: everything waiting, up to this, is one flush.")]
    [Range(1_024, ProtocolLimits.ServerMessageBytes)]
    public int FlushBytes { get; set; } = ProtocolLimits.ServerMessageBytes;

    [Description("A page ends before it outgrows this.")]
    [Range(1_024, ProtocolLimits.ServerMessageBytes)]
    public int PageBytes { get; set; } = ProtocolLimits.PageBytes;

    [Description("Entries of a page of `sync`.")]
    [Range(1, ProtocolLimits.ServerListItems)]
    public int SyncPageEntries { get; set; } = 1000;

    [Description("Conversations looked at for one page of `sync`. Then the page ends.")]
    [Range(1, ProtocolLimits.ServerListItems)]
    public int SyncPageConversations { get; set; } = 200;

    [Description("Positions of one `sync`, all parts together. Above it: `too_large`.")]
    [Range(1, 1_000_000)]
    public int SyncPositions { get; set; } = 50_000;

    [Description(
        "How long a `sync` waits for its next part, or for the `next` page to be asked for once the one before is "
            + "written. After it: close 4002."
    )]
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SyncDeadline { get; set; } = TimeSpan.FromMinutes(2);

    [Description(
        "How long before a token's end `token_expiring` is sent; half of what a token has left if that is less."
    )]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan TokenWarning { get; set; } = TimeSpan.FromSeconds(60);

    [Description(
        "How long browsers are to speak https alone with the server's name (HSTS), told with each answer; 0: not told. "
            + "Never told with the development certificate, nor by a name of this machine."
    )]
    [Range(typeof(TimeSpan), "00:00:00", "730.00:00:00")]
    public TimeSpan StrictTransport { get; set; } = TimeSpan.FromDays(365);

    [Description("How long a closed socket may take to say goodbye before it is cut.")]
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan CloseLinger { get; set; } = TimeSpan.FromSeconds(2);

    [Description("How long sessions may finish what is in flight when the node stops. Then they are closed anyway.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan DrainDeadline { get; set; } = TimeSpan.FromSeconds(10);

    [Description("The `reconnect_after_ms` of `go_away`.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan DrainReconnectAfter { get; set; } = TimeSpan.FromMilliseconds(500);

    [Description("The `jitter_ms` of `go_away`, over which the reconnects spread.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan DrainJitter { get; set; } = TimeSpan.FromSeconds(5);

    [Description("Frames of `typing` in a second that are listened to, of one user. More are ignored.")]
    [Range(1, 1_000)]
    public int TypingRate { get; set; } = 10;

    [Description(
        "Changes of `state` in a second that are acted on at once, of one user. Beyond that, only the last one counts, "
            + "a moment later."
    )]
    [Range(1, 1_000)]
    public int StateRate { get; set; } = 10;

    [Description("Users whose presence one session watches. Above it: `too_large`, and the session lives.")]
    [Range(1, 20_000)]
    public int WatchedUsers { get; set; } = 5_000;

    [Description("Conversations in which users of this node type at once, and whose members it remembers for that.")]
    [Range(1, 10_000_000)]
    public int TypingConversations { get; set; } = 20_000;

    [Description("How long the members of a conversation are remembered for `typing`, unless they change before.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan MemberMemory { get; set; } = TimeSpan.FromSeconds(60);

    [Description("Users whose existence and name a node remembers. Then the oldest half goes.")]
    [Range(1, 10_000_000)]
    public int KnownUsers { get; set; } = 20_000;
}
