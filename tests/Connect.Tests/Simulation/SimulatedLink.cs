namespace Connect.Tests.Simulation;

/// <summary>
/// One direction of a connection: keeps the order, takes its time, loses all that is under way when closed.
/// </summary>
internal sealed class SimulatedLink(SimulatedWorld world, Action<SimulatedFrame> receive)
{
    private readonly Queue<SimulatedFrame> _underWay = new();
    private bool _running;
    private bool _closed;

    public void Send(SimulatedFrame frame)
    {
        if (_closed)
        {
            return;
        }

        _underWay.Enqueue(frame);
        if (!_running)
        {
            _running = true;
            world.Scheduler.Start(RunAsync);
        }
    }

    public void Close() => _closed = true;

    private async Task RunAsync()
    {
        while (_underWay.Count > 0 && !_closed)
        {
            await world.Scheduler.PauseAsync(20);
            if (!_closed)
            {
                receive(_underWay.Dequeue());
            }
        }

        _running = false;
    }
}
