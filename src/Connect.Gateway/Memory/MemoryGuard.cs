using Connect.Conversations.Writing;
using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Memory;

/// <summary>
/// Looks all the time at what the process uses, and sheds load before the garbage collector, or whoever kills processes
/// on this machine, has to. First go the writers of conversations that are idle, which costs nobody anything; then
/// sessions, those that hold most. What is free inside the process does not count, and is given back when it is much.
/// </summary>
internal sealed class MemoryGuard(
    SessionTable table,
    ActivationTable activations,
    NodeLoad load,
    IProcessMemory memory,
    IOptions<MemoryOptions> options,
    TimeProvider time,
    ILogger<MemoryGuard> log
) : IHostedService, IDisposable
{
    private const long QuietBytes = 1 << 20;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly long _limit =
        options.Value.LimitBytes > 0 ? options.Value.LimitBytes : memory.AvailableBytes / 4 * 3;
    private readonly Lock _looking = new();
    private ITimer? _timer;
    private MemoryLevel _level;
    private long _judged;
    private long _shed;
    private long _allocated;
    private (long At, long Allocated, TimeSpan Took)? _collected;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        activations.Limit(options.Value.ActiveConversations, MemoryPolicy.ForActivations(_limit));
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
        var use = Measure();
        var collection = MemoryPolicy.Collect(_level, use, _limit, FindLast());
        if (collection != MemoryCollection.None)
        {
            Collect(collection == MemoryCollection.GiveBack);
            use = Measure();
        }

        var isFresh = collection == MemoryCollection.GiveBack;
        _shed = isFresh ? 0 : _shed;
        var used = use.UsedBytes;
        var next = MemoryPolicy.Next(_level, used, _limit);
        if (next != _level)
        {
            MemoryLog.Changed(log, next, used >> 20, use.ResidentBytes >> 20, _limit >> 20, table.Count);
        }

        _level = next;
        load.IsOverloaded = MemoryPolicy.Refuses(next, table.Count);
        var freed =
            next == MemoryLevel.Calm
                ? 0
                : activations.Trim(options.Value.ActiveConversations, MemoryPolicy.ForActivations(next, _limit));

        // Those sent away before may have freed enough, which only a collection shows; unless it gets worse meanwhile.
        if (next == MemoryLevel.Over && (isFresh || MemoryPolicy.IsWorse(_judged, used, _limit)))
        {
            _judged = used;
            var excess = MemoryPolicy.ExcessBytes(next, used - _shed - freed, _limit);
            _shed += freed;
            if (excess > 0)
            {
                _shed += table.Shed(isFresh ? MemoryPolicy.ToShed(next, table.Count) : 0, excess);
            }
        }
    }

    private MemoryUse Measure()
    {
        var allocated = memory.AllocatedBytes;
        var isQuiet = allocated - _allocated < QuietBytes;
        _allocated = allocated;
        return new(memory.ResidentBytes, memory.FreeBytes, isQuiet);
    }

    private LastCollection? FindLast() =>
        _collected is { } last ? new(time.GetElapsedTime(last.At), last.Took, _allocated - last.Allocated) : null;

    private void Collect(bool giveBack)
    {
        var started = time.GetTimestamp();
        memory.Collect(giveBack);
        var ended = time.GetTimestamp();
        _collected = (ended, memory.AllocatedBytes, giveBack ? time.GetElapsedTime(started, ended) : TimeSpan.Zero);
    }
}

/// <summary>Events of the memory guard.</summary>
internal static partial class MemoryLog
{
    [LoggerMessage(
        1030,
        LogLevel.Warning,
        "Memory is {Level}: {Used} MiB, with what is free {Resident}, of {Limit} MiB with {Sessions} sessions",
        EventName = "MemoryChanged"
    )]
    public static partial void Changed(
        ILogger logger,
        MemoryLevel level,
        long used,
        long resident,
        long limit,
        int sessions
    );
}
