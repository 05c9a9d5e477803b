using System.Security.Cryptography;
using Connect.Client;
using Connect.Client.Stores;
using Connect.LoadGen.Checking;

namespace Connect.LoadGen.Smoke;

/// <summary>Two users of one conversation with their devices, registered, logged in and online.</summary>
public sealed class SmokeCast : IAsyncDisposable
{
    private readonly List<SmokeDevice> _devices = [];
    private readonly string _stores = Directory.CreateTempSubdirectory("connect-load-stores-").FullName;

    private SmokeCast(ConnectOptions options) => Options = options;

    /// <summary>How all devices connect.</summary>
    public ConnectOptions Options { get; }

    /// <summary>All devices, those of the first user first.</summary>
    public IReadOnlyList<SmokeDevice> Devices => _devices;

    /// <summary>The two usernames.</summary>
    public IReadOnlyList<string> Usernames { get; private set; } = [];

    /// <summary>The password of both.</summary>
    public string Password { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Counts the acknowledgements of all devices.</summary>
    public AckCounter Acks { get; } = new();

    /// <summary>Messages without an answer yet, of all devices.</summary>
    public int InFlight => _devices.Sum(device => device.InFlight);

    /// <summary>How each device stands, for the report of a run that did not end.</summary>
    public string State => string.Join("; ", _devices.Select(device => device.State));

    /// <summary>Registers two new users and brings their devices online.</summary>
    /// <param name="server">The server, as <c>https://HOST:PORT</c>.</param>
    /// <param name="trustedCertificates">A PEM file with what to trust; null = what the system trusts.</param>
    /// <param name="devicesPerUser">How many devices each user has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<SmokeCast> JoinAsync(
        Uri server,
        string? trustedCertificates,
        int devicesPerUser,
        CancellationToken cancellationToken
    )
    {
        var cast = new SmokeCast(
            new ConnectOptions(new UriBuilder(server) { Scheme = "wss", Path = "/v1/connect" }.Uri)
            {
                TrustedCertificates = trustedCertificates,
            }
        );
        try
        {
            await cast.JoinAsync(devicesPerUser, cancellationToken);
            return cast;
        }
        catch
        {
            await cast.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every device holds everything that was acknowledged.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var head = _devices.SelectMany(device => device.Sends()).Max(send => send.Seq ?? 0);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (_devices.Any(device => device.Head < head))
        {
            await tick.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>What was sent and what each device was given.</summary>
    public RunHistory History() =>
        new(
            _devices.ToDictionary(device => device.Name, device => device.Sends()),
            _devices.ToDictionary(device => device.Name, device => device.Log())
        );

    /// <summary>The same, and what the server tells on demand.</summary>
    public async Task<RunHistory> HistoryAsync(CancellationToken cancellationToken)
    {
        var told = KeyValuePair.Create("history", await _devices[0].HistoryAsync(cancellationToken));
        var history = History();
        return history with { Logs = history.Logs.Append(told).ToDictionary() };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var device in _devices)
        {
            await device.DisposeAsync();
        }

        Directory.Delete(_stores, recursive: true);
    }

    private async Task JoinAsync(int devicesPerUser, CancellationToken cancellationToken)
    {
        var suffix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
        Usernames = ["alice" + suffix, "bob" + suffix];
        foreach (var (user, peer) in new[] { (Usernames[0], Usernames[1]), (Usernames[1], Usernames[0]) })
        {
            await ConnectAccount.RegisterAsync(Options, user, Password, cancellationToken);
            for (var n = 1; n <= devicesPerUser; n++)
            {
                var name = $"{user[..^suffix.Length]}-{n}";
                var store = new FileConnectStore(Path.Combine(_stores, name));
                var device = new SmokeDevice(name, Options, store, peer, Acks.Add);
                _devices.Add(device);
                await device.LoginAsync(user, Password, cancellationToken);
                await device.ConnectAsync(cancellationToken);
            }
        }
    }
}
