namespace Connect.LoadGen.Smoke;

/// <summary>Counts acknowledgements of all devices and tells who waits for a number.</summary>
public sealed class AckCounter
{
    private readonly Lock _lock = new();
    private readonly List<(int At, TaskCompletionSource Reached)> _waiting = [];
    private int _count;

    /// <summary>How many there were.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>There was one more.</summary>
    public void Add()
    {
        lock (_lock)
        {
            _count++;
            foreach (var (_, reached) in _waiting.Where(w => w.At <= _count))
            {
                reached.TrySetResult();
            }

            _waiting.RemoveAll(w => w.At <= _count);
        }
    }

    /// <summary>Completes when there were so many.</summary>
    public Task ReachedAsync(int at)
    {
        lock (_lock)
        {
            if (_count >= at)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((at, reached));
            return reached.Task;
        }
    }
}
