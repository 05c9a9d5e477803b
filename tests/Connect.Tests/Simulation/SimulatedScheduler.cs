namespace Connect.Tests.Simulation;

/// <summary>
/// Runs everything on one thread, in an order and at times that one seed decides: whichever continuation is ready may
/// be next, and the clock moves only when none is.
/// </summary>
internal sealed class SimulatedScheduler(Random random) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly SimulatedClock _clock = new();
    private readonly List<Exception> _failures = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public TimeProvider Time => _clock;

    /// <summary>How far the clock is from the start.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>How many continuations ran.</summary>
    public long Steps { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // Nothing would replay any more.
            Environment.FailFast("A continuation came from another thread.");
        }

        _ready.Add((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing waits for another one here.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Starts something of its own; its exception ends the run.</summary>
    public void Start(Func<Task> run) => Post(_ => _ = ObserveAsync(run), null);

    public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, _clock);

    /// <summary>A pause of up to so many milliseconds.</summary>
    public Task PauseAsync(int milliseconds) => DelayAsync(TimeSpan.FromMilliseconds(random.Next(milliseconds + 1)));

    /// <summary>Runs until something holds. False when it does not within the time or nothing is left to do.</summary>
    public bool RunUntil(Func<bool> holds, TimeSpan limit)
    {
        var previous = Current;
        SetSynchronizationContext(this);
        try
        {
            while (!holds())
            {
                if (_clock.Elapsed > limit || !RunOne())
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    private bool RunOne()
    {
        if (_ready.Count == 0)
        {
            return FireTimer();
        }

        var index = random.Next(_ready.Count);
        var (callback, state) = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        callback(state);
        Steps++;
        return _failures.Count == 0 ? true : throw new AggregateException(_failures);
    }

    /// <summary>Outside this context, so that what waited is queued and not run on the spot.</summary>
    private bool FireTimer()
    {
        SetSynchronizationContext(null);
        var fired = _clock.FireNext();
        SetSynchronizationContext(this);
        return fired;
    }

    private async Task ObserveAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception exception)
        {
            _failures.Add(exception);
        }
    }
}
