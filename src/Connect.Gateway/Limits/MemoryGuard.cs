using Connect.Gateway.Fanout;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Limits;

/// <summary>
/// Looks each second at what the process uses, and sheds load before the garbage collector, or whoever kills processes
/// on this machine, has to.
/// </summary>
internal sealed class MemoryGuard(
    SessionHub hub,
    NodeLoad load,
    IProcessMemory memory,
    IOptions<MemoryOptions> options,
    TimeProvider time,
    ILogger<MemoryGuard> log
) : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Looks between two collections: what is garbage must not be held against the sessions.</summary>
    private const int LooksPerCollection = 10;

    private readonly long _limit =
        options.Value.LimitBytes > 0 ? options.Value.LimitBytes : memory.AvailableBytes / 4 * 3;
    private ITimer? _timer;
    private MemoryLevel _level;
    private int _looks;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(static guard => ((MemoryGuard)guard!).Look(), this, Period, Period);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        var used = memory.UsedBytes;
        var next = MemoryPolicy.Next(_level, used, _limit);
        if (next != _level)
        {
            MemoryLog.Changed(log, next, used >> 20, _limit >> 20, hub.Count);
        }

        _level = next;
        load.IsOverloaded = next != MemoryLevel.Calm;
        if (next == MemoryLevel.Calm)
        {
            _looks = 0;
            return;
        }

        if (_looks++ % LooksPerCollection == 0)
        {
            memory.Collect();
        }

        var toShed = MemoryPolicy.ToShed(next, hub.Count);
        if (toShed > 0)
        {
            hub.Shed(toShed);
        }
    }
}
