using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Memory;

/// <summary>
/// Looks all the time at what the process uses, and sheds load before the garbage collector, or whoever kills processes
/// on this machine, has to. What was freed counts as used until the runtime gives it back, so that over the limit it
/// is made to, before anybody is sent away for it.
/// </summary>
internal sealed class MemoryGuard(
    SessionTable table,
    NodeLoad load,
    IProcessMemory memory,
    IOptions<MemoryOptions> options,
    TimeProvider time,
    ILogger<MemoryGuard> log
) : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TightPause = TimeSpan.FromSeconds(10);

    private readonly long _limit =
        options.Value.LimitBytes > 0 ? options.Value.LimitBytes : memory.AvailableBytes / 4 * 3;
    private readonly Lock _looking = new();
    private ITimer? _timer;
    private MemoryLevel _level;
    private long _judged;
    private long _shed;
    private long? _collected;
    private TimeSpan _pause;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(static guard => ((MemoryGuard)guard!).TryLook(), this, Period, Period);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void TryLook()
    {
        // A collection may take longer than the time between two looks.
        if (!_looking.TryEnter())
        {
            return;
        }

        try
        {
            Look();
        }
        finally
        {
            _looking.Exit();
        }
    }

    private void Look()
    {
        var used = memory.UsedBytes;
        var next = MemoryPolicy.Next(_level, used, _limit);
        var isFresh = false;
        if (next == MemoryLevel.Over && IsCollectionDue(_pause))
        {
            Collect(giveBack: true);
            isFresh = true;
            _shed = 0;
            used = memory.UsedBytes;
            next = MemoryPolicy.Next(_level, used, _limit);
        }
        else if (next == MemoryLevel.Tight && IsCollectionDue(TightPause))
        {
            Collect(giveBack: false);
        }

        if (next != _level)
        {
            MemoryLog.Changed(log, next, used >> 20, _limit >> 20, table.Count);
        }

        _level = next;
        load.IsOverloaded = next != MemoryLevel.Calm;

        // Those sent away before may have freed enough, which only a collection shows; unless it gets worse meanwhile.
        if (next == MemoryLevel.Over && (isFresh || MemoryPolicy.IsWorse(_judged, used, _limit)))
        {
            _judged = used;
            _shed += table.Shed(
                isFresh ? MemoryPolicy.ToShed(next, table.Count) : 0,
                MemoryPolicy.ExcessBytes(next, used - _shed, _limit)
            );
        }
    }

    private bool IsCollectionDue(TimeSpan pause) => _collected is not { } last || time.GetElapsedTime(last) >= pause;

    private void Collect(bool giveBack)
    {
        var started = time.GetTimestamp();
        memory.Collect(giveBack);
        var ended = time.GetTimestamp();
        _collected = ended;
        _pause = MemoryPolicy.PauseAfter(time.GetElapsedTime(started, ended));
    }
}

/// <summary>The memory of this process.</summary>
internal interface IProcessMemory
{
    /// <summary>What the machine or the container has.</summary>
    long AvailableBytes { get; }

    /// <summary>What the process holds of it, the store's and the runtime's share included.</summary>
    long UsedBytes { get; }

    /// <summary>Lets the runtime find what it does not need.</summary>
    /// <param name="giveBack">
    /// Also to the system, and now: everything stands still meanwhile. Otherwise the runtime keeps what it freed.
    /// </param>
    void Collect(bool giveBack);
}

/// <inheritdoc/>
internal sealed class ProcessMemory : IProcessMemory
{
    public long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public long UsedBytes => Environment.WorkingSet;

    public void Collect(bool giveBack)
    {
        if (giveBack)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        else
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }
}

/// <summary>Events of the memory guard.</summary>
internal static partial class MemoryLog
{
    [LoggerMessage(
        1030,
        LogLevel.Warning,
        "Memory is {Level}: {Used} MiB of {Limit} MiB with {Sessions} sessions",
        EventName = "MemoryChanged"
    )]
    public static partial void Changed(ILogger logger, MemoryLevel level, long used, long limit, int sessions);
}
