using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Connect.Accounts.Identity;
using Connect.Accounts.People;
using Connect.Conversations.Groups;
using Connect.Conversations.Sweeping;
using Connect.Doors.Limits;
using Connect.Doors.Proxy;
using Connect.Gateway.Memory;

namespace Connect.Server.Configuration;

/// <summary>
/// The settings of a node. They come from <c>appsettings.json</c> beside the program, then the environment
/// (<c>Connect__Tls__CertificateFile</c>), then the command line (<c>--Tls:CertificateFile=…</c>); the later wins.
/// </summary>
public sealed class ServerOptions
{
    /// <summary>The value of <see cref="Data"/> that stands for a store in memory, gone with the process.</summary>
    public const string InMemory = ":memory:";

    [Description(
        "The data folder, made when it is missing; `:memory:` keeps everything in memory, gone with the " + "process."
    )]
    [Required]
    public string Data { get; set; } = "./data";

    [Description(
        "One or more `https://ADDRESS:PORT`, separated by `;`. ADDRESS is an IP address, `localhost` or `*` "
            + "(all); port 0 takes a free one."
    )]
    [ListenAddresses]
    public string Listen { get; set; } = "https://localhost:8443";

    [Description(
        "Connections at a time, sockets included. Above it a socket is refused with 503, an eighth above it a "
            + "connection is closed at once. Each costs about 50 KB and a file handle; where the process may "
            + "have fewer handles than that, so many fewer connections are let in."
    )]
    [Range(1, 10_000_000)]
    public int MaxConnections { get; set; } = 100_000;

    public KeysOptions Keys { get; set; } = new();

    public StoreOptions Store { get; set; } = new();

    public TlsOptions Tls { get; set; } = new();

    public ClusterOptions Cluster { get; set; } = new();

    public LogOptions Log { get; set; } = new();

    public IdentityOptions Identity { get; set; } = new();

    public PeopleOptions People { get; set; } = new();

    public GroupOptions Groups { get; set; } = new();

    public GatewayOptions Gateway { get; set; } = new();

    public IndexSweepOptions Sweep { get; set; } = new();

    public RateOptions Limits { get; set; } = new();

    public MemoryOptions Memory { get; set; } = new();

    public ProxyOptions Proxy { get; set; } = new();

    public WebOptions Web { get; set; } = new();

    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>Nothing outlives the process.</summary>
    public bool IsInMemory => Data == InMemory;

    /// <summary>The data folder as an absolute path without a trailing separator.</summary>
    public string DataPath => Path.TrimEndingDirectorySeparator(Path.GetFullPath(Data));
}
