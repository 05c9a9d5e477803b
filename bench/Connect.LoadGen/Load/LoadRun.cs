using Connect.LoadGen.Checking;
using Connect.LoadGen.Measuring;

namespace Connect.LoadGen.Load;

/// <summary>Everybody of a scenario online at one target; phases run one after the other.</summary>
internal sealed class LoadRun : IAsyncDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly LoadScenario _scenario;
    private readonly ILoadTarget _target;
    private readonly LoadMeter _meter = new();
    private readonly List<Outlet> _senders = [];
    private IReadOnlyList<LoadRoom> _rooms = [];
    private Task _readers = Task.CompletedTask;

    private LoadRun(LoadScenario scenario, ILoadTarget target) => (_scenario, _target) = (scenario, target);

    public Faults Faults { get; } = new();

    /// <summary>Sends that were not taken.</summary>
    public long Refused => _meter.Refused;

    /// <summary>Hints and laggings: some device was too slow for what was pushed to it.</summary>
    public int Hints => _rooms.SelectMany(room => room.Members).OfType<ConnectMember>().Sum(member => member.Hints);

    public long Sent => _meter.Sent;

    public static async Task<LoadRun> OpenAsync(
        LoadScenario scenario,
        ILoadTarget target,
        CancellationToken cancellationToken
    )
    {
        var run = new LoadRun(scenario, target);
        run._rooms = await target.OpenAsync(scenario, run._meter, run.Faults, cancellationToken);
        run._senders.AddRange(run._rooms.SelectMany(room => room.Senders));
        run._readers = Task.WhenAll(run._rooms.SelectMany(room => room.Members).Select(member => member.RunAsync()));
        return run;
    }

    /// <summary>Runs one phase and lets what is on its way arrive.</summary>
    public async Task<LoadFigures> RunAsync(LoadPhase phase, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var before = _meter.Sent;
        var pacing = Begin(phase, ending.Token);
        await PassAsync(phase.WarmUp, before + phase.Amount?.WarmUp, cancellationToken);
        var (cpu, own, sent, delivered) = (
            _target.Processor.Read(),
            ProcessorClock.Own.Read(),
            _meter.Sent,
            _meter.Delivered
        );
        _meter.BeginMeasuring();
        var start = _meter.Now;
        await PassAsync(phase.Duration, sent + phase.Amount?.Messages, cancellationToken);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        _meter.EndMeasuring();
        var count = _meter.Delivered - delivered;
        cpu = _target.Processor.Read() - cpu;
        own = ProcessorClock.Own.Read() - own;
        var amount = new LoadAmount(sent - before, _meter.Sent - sent);
        await ending.CancelAsync();
        await pacing;
        await DrainAsync(cancellationToken);
        return new(
            amount.Messages / seconds,
            count / seconds,
            count == 0 ? 0 : cpu.TotalMicroseconds / count,
            count == 0 ? 0 : own.TotalMicroseconds / count,
            cpu.TotalSeconds / seconds,
            _meter.Deliveries.Milliseconds(50),
            _meter.Deliveries.Milliseconds(99),
            _meter.Deliveries.Longest,
            _meter.Acks.Milliseconds(50),
            _meter.Acks.Milliseconds(99),
            _meter.Deliveries.Count
        )
        {
            Amount = amount,
        };
    }

    /// <summary>Counts what never came.</summary>
    public void Settle()
    {
        foreach (var room in _rooms)
        {
            room.Settle();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _rooms.SelectMany(room => room.Members))
        {
            member.Dispose();
        }

        await _readers;
    }

    private Task Begin(LoadPhase phase, CancellationToken ending)
    {
        if (!phase.IsOpen)
        {
            _senders.ForEach(sender => sender.BeginClosed(phase.Window));
            return Task.CompletedTask;
        }

        var start = _meter.Now + (_meter.TicksPerSecond / 20);
        foreach (var (number, sender) in _senders.Index())
        {
            sender.BeginOpen(OpenSchedule.Of(start, _meter.TicksPerSecond, phase.Rate, _senders.Count, number));
        }

        return PaceAsync(ending);
    }

    private async Task PaceAsync(CancellationToken ending)
    {
        using var timer = new PeriodicTimer(Tick);
        try
        {
            while (await timer.WaitForNextTickAsync(ending))
            {
                var now = _meter.Now;
                foreach (var sender in _senders)
                {
                    sender.Tick(now);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The phase is over.
        }
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        _senders.ForEach(sender => sender.End());
        var limit = _meter.Now + (long)(DrainLimit.TotalSeconds * _meter.TicksPerSecond);
        var (moved, before) = (_meter.Now, (-1L, -1L));
        while (!IsDrained() && _meter.Now < limit)
        {
            await WaitAsync(TimeSpan.FromMilliseconds(20), cancellationToken);
            var state = (_meter.Acked, _meter.Delivered);
            if (state != before)
            {
                (moved, before) = (_meter.Now, state);
            }
            else if (_meter.Now - moved > _meter.TicksPerSecond)
            {
                // A push may be lost; whoever lacks something asks for it.
                moved = _meter.Now;
                foreach (var member in _rooms.SelectMany(room => room.Members))
                {
                    member.Heal();
                }
            }
        }
    }

    private bool IsDrained() =>
        _meter.Delivered >= _meter.Sent * _scenario.Receivers
        && (!_senders[0].HasAcks || _meter.Acked + _meter.Refused >= _meter.Sent);

    /// <summary>Waits for the time, or until so many messages were sent in all.</summary>
    private async Task PassAsync(TimeSpan time, long? target, CancellationToken cancellationToken)
    {
        if (target is null)
        {
            await WaitAsync(time, cancellationToken);
            return;
        }

        var start = _meter.Now;
        while (_meter.Sent < target)
        {
            if (TimeProvider.System.GetElapsedTime(start) > time)
            {
                throw new InvalidOperationException(
                    $"{target - _meter.Sent} messages of a phase were not sent in {time.TotalSeconds} s."
                );
            }

            await WaitAsync(Tick, cancellationToken);
        }
    }

    /// <summary>Ends early, with its exception, when a reader does.</summary>
    private async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var waiting = Task.Delay(time, TimeProvider.System, cancellationToken);
        if (await Task.WhenAny(waiting, _readers) == _readers)
        {
            await _readers;
        }

        await waiting;
    }
}
