namespace Connect.Doors.Limits;

/// <summary>
/// A budget of failures for each key, paid by attempts whose outcome shows only later. An attempt takes a unit before
/// it runs and gets it back unless it failed, so that a storm of guesses runs as many as there are units. When the
/// units are all with attempts under way, one more waits for their outcome instead of being refused: those with the
/// right password give theirs back.
/// </summary>
/// <param name="rate">The rate underneath.</param>
/// <param name="maxWaiting">Attempts that wait at a time, for all keys. Above it they are refused.</param>
internal sealed class FailureBudget<TKey>(AttemptRate<TKey> rate, int maxWaiting)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, UnderWay> _underWay = [];
    private int _waiting;

    /// <summary>Keys with attempts under way.</summary>
    public int Count => _underWay.Count;

    /// <summary>Zero when the attempt may run, and <see cref="End"/> must follow; else how long to wait.</summary>
    public async ValueTask<TimeSpan> BeginAsync(TKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                var wait = rate.Take(key);
                var others = _underWay.GetValueOrDefault(key);
                if (wait == TimeSpan.Zero)
                {
                    others ??= _underWay[key] = new();
                    others.Attempts++;
                    return TimeSpan.Zero;
                }

                if (others is null || _waiting >= maxWaiting)
                {
                    return wait;
                }

                change = others.Change.Task;
                _waiting++;
            }

            try
            {
                await change.WaitAsync(cancellationToken);
            }
            finally
            {
                lock (_gate)
                {
                    _waiting--;
                }
            }
        }
    }

    /// <summary>The outcome of an attempt that began.</summary>
    public void End(TKey key, bool failed)
    {
        TaskCompletionSource? change = null;
        lock (_gate)
        {
            if (!failed)
            {
                rate.GiveBack(key);
            }

            var others = _underWay[key];
            others.Attempts--;
            if (others.Attempts == 0)
            {
                _underWay.Remove(key);
            }

            if (!failed || others.Attempts == 0)
            {
                change = others.Change;
                others.Change = UnderWay.NewChange();
            }
        }

        change?.SetResult();
    }

    private sealed class UnderWay
    {
        public int Attempts { get; set; }

        /// <summary>Completes when a unit came back, or when none can any more.</summary>
        public TaskCompletionSource Change { get; set; } = NewChange();

        public static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>The rate underneath.</summary>
internal readonly record struct AttemptRate<TKey>(Func<TKey, TimeSpan> Take, Action<TKey> GiveBack)
    where TKey : notnull;
