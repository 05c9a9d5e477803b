namespace Connect.Tests.Simulation;

/// <summary>
/// One run of the message path under one seed: two users with two devices each write at once, while links break, stores
/// fail, activations double and the server is killed; then the faults end and everything has to become complete.
/// </summary>
internal sealed class MessagePathSimulation
{
    private static readonly TimeSpan FaultyPart = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly SimulatedWorld _world;
    private readonly OpenCommits _open;
    private readonly List<SimulatedDevice> _devices = [];
    private SimulatedServer _server;

    private MessagePathSimulation(int seed, SimulatedBug bug)
    {
        _world = new SimulatedWorld(seed, bug);
        _open = new OpenCommits(_world);
        _server = new SimulatedServer(_world, _open);
        foreach (var (name, user) in new[] { ("a1", 0), ("a2", 0), ("b1", 1), ("b2", 1) })
        {
            _devices.Add(new SimulatedDevice(_world, name, _world.Users[user], () => _server));
        }
    }

    /// <summary>Runs a seed and returns which promises it found broken.</summary>
    public static IReadOnlyList<string> Run(int seed, SimulatedBug bug = SimulatedBug.None) =>
        new MessagePathSimulation(seed, bug).Run();

    /// <summary>How many steps a seed takes: the same each time.</summary>
    public static long CountSteps(int seed)
    {
        var simulation = new MessagePathSimulation(seed, SimulatedBug.None);
        simulation.Run();
        return simulation._world.Scheduler.Steps;
    }

    private List<string> Run()
    {
        foreach (var device in _devices)
        {
            device.Start(messages: _world.Random.Next(4, 14));
        }

        _world.Scheduler.Start(BreakAsync);
        var complete = _world.Scheduler.RunUntil(IsComplete, Limit);
        PathChecker.Check(_world, _devices);
        if (!complete)
        {
            _world.Violations.Add(
                $"Not complete after {_world.Scheduler.Elapsed}: head {_world.ReadLog().Length}, "
                    + string.Join(", ", _devices.Select(device => $"{device.Name} at {device.Position}"))
            );
        }

        return _world.Violations;
    }

    private async Task BreakAsync()
    {
        while (_world.Scheduler.Elapsed < FaultyPart)
        {
            await _world.Scheduler.PauseAsync(1_500);
            if (_world.Random.Next(6) == 0)
            {
                _server.Kill();
                await _world.Scheduler.PauseAsync(1_500);
                _server = new SimulatedServer(_world, _open);
            }
            else
            {
                _devices[_world.Random.Next(_devices.Count)].Drop();
            }
        }

        _world.HasFaults = false;
    }

    private bool IsComplete()
    {
        if (_world.HasFaults || !_open.IsEmpty || !_devices.TrueForAll(device => device.IsSettled))
        {
            return false;
        }

        var head = _world.ReadLog().Length;
        return _devices.TrueForAll(device => device.Position == head);
    }
}
