using System.Globalization;
using Connect.LoadGen.Checking;
using Connect.LoadGen.Measuring;
using Connect.LoadGen.Servers;
using Connect.LoadGen.Wire;

namespace Connect.LoadGen.Load;

/// <summary>
/// A Connect server of its own, without limits on how fast one may send, and with users of a test issuer.
/// </summary>
internal sealed class ConnectTarget : ILoadTarget
{
    /// <summary>Handshakes at a time.</summary>
    private const int Arrivals = 16;

    private readonly LoadServer _server;
    private int _scenarios;

    private ConnectTarget(LoadServer server)
    {
        _server = server;
        Processor = new(server.Process.ProcessId);
    }

    public ProcessorClock Processor { get; }

    /// <summary>The server's folder, log and last words.</summary>
    public ThrowAwayServer Server => _server.Process;

    /// <param name="program">The path of <c>connect-server</c>.</param>
    /// <param name="settings">As <c>--Name=value</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ConnectTarget> StartAsync(
        string program,
        IEnumerable<string> settings,
        CancellationToken cancellationToken
    ) => new(await LoadServer.StartAsync(program, settings, cancellationToken));

    public async Task<IReadOnlyList<LoadRoom>> OpenAsync(
        LoadScenario scenario,
        LoadMeter meter,
        Faults faults,
        CancellationToken cancellationToken
    )
    {
        var run = _scenarios++;
        var users = new LoadUser[scenario.Connections];
        for (var i = 0; i < users.Length; i++)
        {
            users[i] = _server.NewUser(string.Create(CultureInfo.InvariantCulture, $"load-{run}-{i}"));
        }

        await Parallel.ForEachAsync(
            users,
            new ParallelOptions { MaxDegreeOfParallelism = Arrivals, CancellationToken = cancellationToken },
            async (user, cancellation) => await user.ConnectAsync(cancellation)
        );
        var rooms = new List<LoadRoom>();
        foreach (var (number, members) in users.Chunk(scenario.Members).Index())
        {
            var conversation = scenario.IsDirect
                ? members[1].Id
                : await _server.CreateGroupAsync("load", members, cancellationToken);
            rooms.Add(MakeRoom(scenario, number, members, conversation, meter, faults));
        }

        return rooms;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static LoadRoom MakeRoom(
        LoadScenario scenario,
        int number,
        LoadUser[] members,
        string conversation,
        LoadMeter meter,
        Faults faults
    )
    {
        var room = new LoadRoom();
        foreach (var (m, user) in members.Index())
        {
            var outlet = new Outlet(
                user.Socket,
                new FrameBuffer(conversation, scenario.IsDirect, scenario.TextLength),
                meter
            )
            {
                Sender = m < scenario.Senders ? m : -1,
                Receivers = scenario.Receivers,
                HasAcks = true,
            };
            var name = string.Create(CultureInfo.InvariantCulture, $"conversation {number}, member {m}");
            room.Members.Add(
                new ConnectMember(room, user.Socket, meter)
                {
                    Log = new(name, scenario.Senders, room.Order, faults),
                    Outlet = outlet,
                }
            );
            if (m < scenario.Senders)
            {
                room.Senders.Add(outlet);
            }
        }

        return room;
    }
}
