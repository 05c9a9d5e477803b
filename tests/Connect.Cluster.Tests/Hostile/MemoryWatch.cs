using Connect.Cluster.Tests.Processes;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>The most memory that a server had while it was watched.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly Timer _timer;
    private long _most;

    public MemoryWatch(ServerProcess server) =>
        _timer = new(_ => _most = Math.Max(_most, server.ResidentBytes), null, TimeSpan.Zero, Period);

    public long Stop()
    {
        Dispose();
        return Volatile.Read(ref _most);
    }

    public void Dispose() => _timer.Dispose();
}
