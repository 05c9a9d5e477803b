using System.Globalization;
using Connect.LoadGen.Checking;
using Connect.LoadGen.Measuring;
using Connect.LoadGen.Relays;
using Connect.LoadGen.Wire;

namespace Connect.LoadGen.Load;

/// <summary>The bare relay.</summary>
internal sealed class RelayTarget : ILoadTarget
{
    private readonly RelayProcess _process;

    private RelayTarget(RelayProcess process)
    {
        _process = process;
        Processor = new(process.ProcessId);
    }

    public ProcessorClock Processor { get; }

    public static async Task<RelayTarget> StartAsync(CancellationToken cancellationToken) =>
        new(await RelayProcess.StartAsync(cancellationToken));

    public async Task<IReadOnlyList<LoadRoom>> OpenAsync(
        LoadScenario scenario,
        LoadMeter meter,
        Faults faults,
        CancellationToken cancellationToken
    )
    {
        var trust = new LoadTrust(_process.CertificateFile);
        var rooms = new List<LoadRoom>();
        for (var r = 0; r < scenario.Rooms; r++)
        {
            var room = new LoadRoom();
            var url = new Uri(_process.Url, string.Create(CultureInfo.InvariantCulture, $"/room-{r}"));
            for (var m = 0; m < scenario.Members; m++)
            {
                var socket = await LoadSocket.OpenAsync(url, null, trust, 0, cancellationToken);
                var buffer = new FrameBuffer("room", isUser: false, scenario.TextLength);
                var outlet = new Outlet(socket, buffer, meter)
                {
                    Sender = m < scenario.Senders ? m : -1,
                    Receivers = scenario.Receivers,
                };
                var name = string.Create(CultureInfo.InvariantCulture, $"relay room {r}, member {m}");
                room.Members.Add(
                    new RelayMember(room, socket, meter)
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

            rooms.Add(room);
        }

        return rooms;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
