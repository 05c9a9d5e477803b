using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Doors.Limits;

/// <summary>
/// Rate limits (section <c>Limits</c> of the configuration). A limit "a minute" or "an hour" is a token bucket of that
/// size, refilled evenly. 0 switches a limit off. An address is an IPv4 address or an IPv6 /64 network; a /48 network
/// gets <see cref="ClientAddress.SiteFactor"/> times as much. Each node counts for itself.
/// </summary>
public sealed class RateOptions
{
    public const string Section = "Limits";

    [Description(
        "Sends one user may make at once, over all sessions, before `Gateway:SendRate` holds. Above it: "
            + "`rate_limited`. 0: the sends of a user have no limit."
    )]
    [Range(0, 1_000_000)]
    public int SendBurst { get; set; } = 200;

    [Description(
        "Sends a second into one conversation, by all its members; twice as many at once. Above it: "
            + "`rate_limited`."
    )]
    [Range(0, 1_000_000)]
    public int ConversationSends { get; set; } = 300;

    [Description(
        "Marks of one user a minute, over all sessions, each conversation of a `mark` counted. Above it: "
            + "`rate_limited`, for the whole request."
    )]
    [Range(0, 1_000_000)]
    public int MarksPerUser { get; set; } = 6_000;

    [Description("`sync` runs of one user a minute. Above it: `rate_limited`.")]
    [Range(0, 1_000_000)]
    public int SyncsPerUser { get; set; } = 120;

    [Description(
        "Parts of a `sync`, and pages of it asked for by `next`, of one user a minute; listing all that the user has "
            + "counts one for each 200 conversations. Above it: `rate_limited`."
    )]
    [Range(0, 1_000_000)]
    public int SyncPagesPerUser { get; set; } = 1_200;

    [Description(
        "Pages of `conversations` and `history` of one user a minute, frames and HTTP; a `watch` counts as one and one "
            + "more for each 50 users it adds. Above it: `rate_limited`."
    )]
    [Range(0, 1_000_000)]
    public int ReadsPerUser { get; set; } = 1_200;

    [Description("HTTP requests and `auth` frames of one user a minute. Above it: `rate_limited`.")]
    [Range(0, 1_000_000)]
    public int RequestsPerUser { get; set; } = 1_200;

    [Description("Look-ups of a username by one user a minute. Above it: `rate_limited`.")]
    [Range(0, 1_000_000)]
    public int LookupsPerUser { get; set; } = 60;

    [Description("Exports of one user an hour. Above it: `rate_limited`.")]
    [Range(0, 1_000_000)]
    public int ExportsPerUser { get; set; } = 4;

    [Description("Logins from one address a minute. Above it: `rate_limited`.")]
    [Range(0, 1_000_000)]
    public int LoginsPerAddress { get; set; } = 60;

    [Description(
        "Failed logins from one address an hour. Above it every login from there is refused: " + "`rate_limited`."
    )]
    [Range(0, 1_000_000)]
    public int FailedLoginsPerAddress { get; set; } = 100;

    [Description(
        "Failed logins to one username an hour, whether or not it exists. Above it every login to it is "
            + "refused, that with the right password, too: `rate_limited`. Devices that are logged in notice "
            + "nothing."
    )]
    [Range(0, 1_000_000)]
    public int FailedLoginsPerUsername { get; set; } = 30;

    [Description("Refreshes of tokens from one address a minute. Above it: `rate_limited`.")]
    [Range(0, 1_000_000)]
    public int RefreshesPerAddress { get; set; } = 600;

    [Description("Registrations from one address an hour. Above it: `rate_limited`.")]
    [Range(0, 1_000_000)]
    public int RegistrationsPerAddress { get; set; } = 100;

    [Description("HTTP requests, sockets included, from one address a minute. Above it: `rate_limited`.")]
    [Range(0, 10_000_000)]
    public int RequestsPerAddress { get; set; } = 6_000;

    [Description(
        "Documents and files of the web client for one address a minute, beside `RequestsPerAddress`: one for each "
            + "64 KiB sent or part of it, and one for each 304. Above it: `rate_limited`."
    )]
    [Range(0, 10_000_000)]
    public int DocumentsPerAddress { get; set; } = 1_200;

    [Description("New connections from one address a minute. Above it they are closed before the TLS handshake.")]
    [Range(0, 10_000_000)]
    public int ConnectsPerAddress { get; set; } = 1_200;

    [Description(
        "Connections, and sockets, of one address at a time. Above it a socket is refused with 503; an "
            + "eighth above it a connection is closed before the TLS handshake."
    )]
    [Range(0, 10_000_000)]
    public int ConnectionsPerAddress { get; set; } = 1_000;

    [Description(
        "Requests of one session a minute that are refused as `rate_limited`. A client that goes on all the "
            + "same is closed: 4005."
    )]
    [Range(0, 10_000_000)]
    public int RefusalsPerSession { get; set; } = 20_000;

    [Description(
        "Users, conversations, addresses or names that each limit remembers. Above it those that used least "
            + "of their limit are forgotten."
    )]
    [Range(1_000, 10_000_000)]
    public int Remembered { get; set; } = 100_000;
}
