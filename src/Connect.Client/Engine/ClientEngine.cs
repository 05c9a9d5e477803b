using System.Threading.Channels;
using Connect.Client.Connections;
using Connect.Client.Events;
using Connect.Client.Stores;

namespace Connect.Client.Engine;

/// <summary>
/// Runs a <see cref="SessionMachine"/>: one loop that feeds it what happened and carries out what it decided. All
/// state belongs to the loop; everything else posts to it.
/// </summary>
internal sealed class ClientEngine : IAsyncDisposable
{
    private const int InputsPerRound = 256;
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(20);

    private readonly ConnectOptions _options;
    private readonly IConnectStore _store;
    private readonly ITransportFactory _transports;
    private readonly ITokenSource _tokens;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Action<SessionMachine>> _inputs = Channel.CreateUnbounded<Action<SessionMachine>>(
        // Bounded by what fills it: the reader of the link, the outbox's limit, and what callers await.
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly ITimer _timer;
    private readonly Task _running;
    private Link? _link;
    private CancellationTokenSource? _opening;
    private ConnectException? _broken;
    private long _clockOffset;
    private volatile ServerLimits _limits = new();

    public ClientEngine(ConnectOptions options, IConnectStore store, ITransportFactory transports, ITokenSource tokens)
    {
        _options = options;
        _store = store;
        _transports = transports;
        _tokens = tokens;
        _time = options.TimeProvider;
        _start = _time.GetTimestamp();
        Hub = new(item => Post(machine => machine.Feed.Consumed(item)));
        _timer = _time.CreateTimer(
            _ => Post(static _ => { }),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _running = Task.Run(RunAsync);
    }

    public EventHub Hub { get; }

    /// <summary>This user's id, as far as it is known.</summary>
    public string User { get; private set; } = "";

    /// <summary>The server's time, as far as it is known.</summary>
    public DateTimeOffset ServerTime => _time.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _clockOffset));

    /// <summary>The server's limits, as last stated.</summary>
    public ServerLimits Limits => _limits;

    /// <summary>Called with each change of the state, in order.</summary>
    public Action<StateChange>? StateChanged { get; set; }

    /// <summary>Does something in the loop. After the end nothing is done any more.</summary>
    public bool Post(Action<SessionMachine> input) => _inputs.Writer.TryWrite(input);

    /// <summary>Does something in the loop and waits until its effects are carried out.</summary>
    public async Task<T> CallAsync<T>(Func<SessionMachine, T> call, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = _inputs.Writer.TryWrite(machine =>
        {
            if (_broken is { } broken)
            {
                done.TrySetException(broken);
                return;
            }

            var result = call(machine);
            machine.Effects.After.Add(() => done.TrySetResult(result));
            machine.Effects.Lost.Add(error => done.TrySetException(error));
        });
        if (!posted)
        {
            throw Disposed();
        }

        return await Task.WhenAny(done.Task, _running).WaitAsync(cancellationToken).ConfigureAwait(false) == done.Task
            ? await done.Task.ConfigureAwait(false)
            : throw Disposed();
    }

    private static ObjectDisposedException Disposed() => new("ConnectClient");

    public async ValueTask DisposeAsync()
    {
        Post(machine =>
        {
            machine.Connection.Stop(null);
            machine.Leave(new(ErrorCode.Unavailable, "The client was disposed.", retryable: true));
        });
        _inputs.Writer.TryComplete();
        await _running.ConfigureAwait(false);
        Hub.End();
        await _timer.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        SessionMachine machine;
        try
        {
            var stored = await _store.LoadAsync(_stop.Token).ConfigureAwait(false);
            machine = new(_options, Hub, _store.KeepsEntries, stored);
        }
        catch (Exception error)
        {
            // Without its memory a client must not go on: it would send again under new cids.
            machine = new(_options, Hub, keepsEntries: false, new StoredState());
            Break(machine, error);
        }

        machine.Connection.StateChanged = change => StateChanged?.Invoke(change);
        while (await _inputs.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            machine.Begin(_time.GetElapsedTime(_start), _time.GetUtcNow());
            for (var count = 0; count < InputsPerRound && _inputs.Reader.TryRead(out var input); count++)
            {
                input(machine);
            }

            if (_broken is null)
            {
                machine.Advance();
            }

            User = machine.Connection.User;
            _limits = machine.Connection.Limits;
            Volatile.Write(ref _clockOffset, machine.ClockOffset.Ticks);
            await CarryOutAsync(machine).ConfigureAwait(false);
            SetTimer(machine);
        }

        await CloseAsync().ConfigureAwait(false);
    }

    private async Task CarryOutAsync(SessionMachine machine)
    {
        var effects = machine.Effects;
        IReadOnlyList<(StoreRead Read, IReadOnlyList<LogItem> Items)> reads = [];
        try
        {
            if (!effects.Batch.IsEmpty || effects.Durable)
            {
                await _store.SaveAsync(effects.Batch, effects.Durable, CancellationToken.None).ConfigureAwait(false);
            }

            reads = await ReadAsync(effects).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            effects.Frames.Clear();
            Break(machine, error);
        }

        if (effects.Frames.Count > 0 && _link is { } link)
        {
            link.MessageLimit = machine.Connection.Limits.FrameBytes;
            link.Send(effects.Frames);
        }

        if (effects.Close)
        {
            await CloseAsync().ConfigureAwait(false);
        }

        if (effects.Open)
        {
            _opening = new(OpenDeadline, _time);
            _ = OpenAsync(machine.Connection.Url, effects.RenewToken, _opening);
        }
        else if (effects.FetchToken)
        {
            _ = FetchTokenAsync(effects.RenewToken);
        }

        Finish(effects);

        foreach (var (read, items) in reads)
        {
            Post(later => later.Feed.Refilled(read, items));
        }
    }

    private void Finish(Effects effects)
    {
        if (_broken is { } broken)
        {
            effects.Lost.ForEach(action => action(broken));
        }

        var after = effects.After.ToArray();
        effects.Clear();
        foreach (var action in after)
        {
            action();
        }
    }

    private async Task<List<(StoreRead, IReadOnlyList<LogItem>)>> ReadAsync(Effects effects)
    {
        var reads = new List<(StoreRead, IReadOnlyList<LogItem>)>();
        foreach (var read in effects.Reads)
        {
            var items = await _store
                .ReadAsync(read.Conversation, read.After, read.Limit, CancellationToken.None)
                .ConfigureAwait(false);
            reads.Add((read, items));
        }

        return reads;
    }

    /// <summary>The store failed: nothing more is announced, and whatever waits fails.</summary>
    private void Break(SessionMachine machine, Exception error)
    {
        if (_broken is null)
        {
            _broken = new(ErrorCode.Internal, $"The store failed: {error.Message}", innerException: error);
            machine.Connection.Stop(_broken);
            machine.Leave(_broken);
        }
    }

    private async Task OpenAsync(Uri url, bool renew, CancellationTokenSource attempt)
    {
        try
        {
            var token = await _tokens.GetTokenAsync(renew, attempt.Token).ConfigureAwait(false);
            var transport = await _transports.ConnectAsync(url, attempt.Token).ConfigureAwait(false);
            var link = new Link(transport, OnReceived, OnClosed, _time);
            var posted = Post(machine =>
            {
                if (_opening != attempt)
                {
                    // Given up meanwhile.
                    _ = link.DisposeAsync().AsTask();
                    return;
                }

                _opening = null;
                attempt.Dispose();
                _link = link;
                link.Start();
                machine.Connection.Opened(token.Value);
            });
            if (!posted)
            {
                await link.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            var told = Explain(error);
            Post(machine =>
            {
                if (_opening == attempt)
                {
                    _opening = null;
                    attempt.Dispose();
                    machine.Connection.OpenFailed(told);
                }
            });
        }
    }

    private async Task FetchTokenAsync(bool renew)
    {
        try
        {
            using var deadline = new CancellationTokenSource(OpenDeadline, _time);
            var token = await _tokens.GetTokenAsync(renew, deadline.Token).ConfigureAwait(false);
            Post(machine => machine.Connection.Token.Ready(token.Value));
        }
        catch (Exception error)
        {
            var told = Explain(error);
            Post(machine => machine.Connection.Token.Failed(told));
        }
    }

    // What is not a clear refusal may be better next time.
    private static ConnectException Explain(Exception error) =>
        error as ConnectException
        ?? new(
            ErrorCode.Unavailable,
            error is OperationCanceledException ? "The server did not answer in time." : error.Message,
            retryable: true,
            innerException: error
        );

    private void OnReceived(Link link, IReadOnlyList<Protocol.V1.ServerFrame> frames) =>
        Post(machine =>
        {
            if (link == _link)
            {
                machine.Connection.Received(frames);
                link.Processed();
            }
        });

    private void OnClosed(Link link, int? code, Exception? fault) =>
        Post(machine =>
        {
            if (link == _link)
            {
                machine.Connection.Closed(code, fault);
            }
        });

    private async Task CloseAsync()
    {
        if (_opening is { } opening)
        {
            _opening = null;
            await opening.CancelAsync().ConfigureAwait(false);
        }

        if (_link is { } link)
        {
            _link = null;
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void SetTimer(SessionMachine machine)
    {
        if (machine.NextDue() is { } due)
        {
            var wait = due - _time.GetElapsedTime(_start);
            // A timer of zero is due at once; rounding up keeps it from coming a hair too early.
            var rounded = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, wait.TotalMilliseconds)));
            _timer.Change(rounded, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
