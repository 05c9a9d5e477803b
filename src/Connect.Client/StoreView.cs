using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Connect.Client;

/// <summary>
/// A view of what a client knows, for a user interface: an immutable snapshot, and notice of each newer one. Nothing is
/// lost between reading a snapshot and hearing of the next, and nothing arrives out of order; a slow reader skips to
/// the newest. All members may be used from any thread.
/// </summary>
/// <remarks>
/// A view consumes events as an application does (see <see cref="ConnectClient.EventsAsync(CancellationToken)"/>): what
/// a view has taken is not kept for a later reader.
/// </remarks>
/// <typeparam name="T">The snapshot.</typeparam>
public abstract class StoreView<T> : IAsyncDisposable
    where T : class
{
    private readonly Lock _gate = new();
    private readonly List<Channel<T>> _readers = [];
    private T _current;
    private bool _isOver;
    private int _disposed;

    private protected StoreView(T first) => _current = first;

    /// <summary>The newest snapshot.</summary>
    public T Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>The newest snapshot at once, then each newer one. Ends when the view is disposed.</summary>
    public async IAsyncEnumerable<T> SnapshotsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var channel = Channel.CreateBounded<T>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );
        lock (_gate)
        {
            channel.Writer.TryWrite(_current);
            if (_isOver)
            {
                channel.Writer.TryComplete();
            }
            else
            {
                _readers.Add(channel);
            }
        }

        try
        {
            await foreach (var snapshot in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return snapshot;
            }
        }
        finally
        {
            lock (_gate)
            {
                _readers.Remove(channel);
            }
        }
    }

    /// <summary>
    /// Calls the observer with the newest snapshot and then with each newer one, one call at a time, on a thread of the
    /// pool. A fault of the observer ends its subscription.
    /// </summary>
    /// <returns>Ends the subscription when disposed; a call that has begun may still be under way.</returns>
    public IDisposable Subscribe(Action<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var end = new CancellationTokenSource();
        _ = Task.Run(
            async () =>
            {
                try
                {
                    await foreach (var snapshot in SnapshotsAsync(end.Token).ConfigureAwait(false))
                    {
                        observer(snapshot);
                    }
                }
                catch (OperationCanceledException) when (end.IsCancellationRequested)
                {
                    // The end of the subscription.
                }
            },
            CancellationToken.None
        );
        return new Ending(end);
    }

    /// <summary>Ends the view; the last snapshot stays readable.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await StopAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _isOver = true;
            _readers.ForEach(reader => reader.Writer.TryComplete());
            _readers.Clear();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract ValueTask StopAsync();

    /// <summary>A newer snapshot; one caller at a time.</summary>
    private protected void Show(T snapshot)
    {
        lock (_gate)
        {
            _current = snapshot;
            _readers.ForEach(reader => reader.Writer.TryWrite(snapshot));
        }
    }

    private sealed class Ending(CancellationTokenSource source) : IDisposable
    {
        public void Dispose() => source.Cancel();
    }
}
