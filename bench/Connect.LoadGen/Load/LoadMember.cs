using Connect.LoadGen.Checking;
using Connect.LoadGen.Wire;

namespace Connect.LoadGen.Load;

/// <summary>
/// One connected socket of a run: reads until the end, and lets senders go on whose messages arrived.
/// </summary>
internal abstract class LoadMember(LoadRoom room, LoadSocket socket, LoadMeter meter) : IDisposable
{
    private readonly List<Outlet> _freed = [];
    private volatile bool _isEnding;

    public required DeviceLog Log { get; init; }

    public required Outlet Outlet { get; init; }

    protected LoadMeter Meter => meter;

    protected LoadSocket Socket => socket;

    /// <summary>Reads until the connection ends. Throws when it ends although nobody wanted that.</summary>
    public async Task RunAsync()
    {
        await Task.Yield();
        try
        {
            do
            {
                while (socket.TryTake(out var message))
                {
                    Take(message.Span);
                }

                // Only now: what one read freed goes out together.
                foreach (var outlet in _freed)
                {
                    outlet.Wake();
                }

                _freed.Clear();
            } while (await socket.FillAsync());
        }
        catch (Exception exception) when (_isEnding && exception is IOException or ObjectDisposedException)
        {
            return;
        }

        if (!_isEnding)
        {
            throw new InvalidOperationException("The server ended a connection in the middle of the run.");
        }
    }

    /// <summary>Where something is missing it is asked for.</summary>
    public virtual void Heal() { }

    public void Dispose()
    {
        _isEnding = true;
        socket.Dispose();
    }

    protected abstract void Take(ReadOnlySpan<byte> message);

    protected void Delivered(MessageStamp stamp)
    {
        meter.CountDelivery(stamp.Due, meter.Now);
        Free(room.Senders[stamp.Sender], stamp.Number);
    }

    protected void Free(Outlet outlet, int number)
    {
        if (outlet.Reached(number) && !_freed.Contains(outlet))
        {
            _freed.Add(outlet);
        }
    }
}
