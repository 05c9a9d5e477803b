using System.Threading.Channels;
using Connect.Cli.Drawing;
using Connect.Cli.Keys;
using Connect.Cli.Runs;
using Connect.Cli.Screens.Models;
using Connect.Cli.Screens.Painting;
using Connect.Cli.Terminals;
using Connect.Client;

namespace Connect.Cli.Screens;

/// <summary>
/// The full screen: one loop that feeds a <see cref="ScreenModel"/> with keys, events and answers, hands out its
/// requests, and paints it. The loop owns all state; everything else posts to it.
/// </summary>
internal sealed class ChatScreen : IAsyncDisposable
{
    /// <summary>The inputs that may wait for the loop; beyond it the senders wait.</summary>
    private const int InputLimit = 1_024;
    private const int InputsPerFrame = 512;

    private static readonly TimeSpan ClockTick = TimeSpan.FromSeconds(1);

    private readonly Device _device;
    private readonly IScreenTerminal _terminal;
    private readonly TimeProvider _time;
    private readonly ScreenWriter _writer;
    private readonly ScreenModel _model;
    private readonly ScreenWork _work;
    private readonly CancellationTokenSource _over = new();
    private readonly Channel<Action<ScreenModel>> _inputs = Channel.CreateBounded<Action<ScreenModel>>(InputLimit);
    private StateChange? _state;
    private int _resized;

    public ChatScreen(Device device, IScreenTerminal terminal, bool colours, TimeProvider time)
    {
        _device = device;
        _terminal = terminal;
        _time = time;
        _writer = new(terminal.Out, colours);
        _model = new(device.Account.User, device.Account.Username, time.LocalTimeZone);
        _work = new(device, PostAsync, time, _over.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _work.DisposeAsync();
        _writer.Dispose();
        _over.Dispose();
    }

    /// <summary>Shows the screen until the user quits.</summary>
    /// <param name="username">The user to open the conversation with; null = none.</param>
    /// <param name="cancellationToken">Closes it.</param>
    public async Task RunAsync(string? username, CancellationToken cancellationToken)
    {
        using var cancelled = cancellationToken.Register(_over.Cancel);
        _terminal.Resized += OnResized;
        _device.Client.StateChanged += OnStateChanged;
        _writer.Enter();
        try
        {
            _model.At(_time.GetUtcNow());
            await using var list = await _device.Client.OpenListAsync(_over.Token);
            _model.Learn(list.Current);
            await _work.LoadAsync(_model);
            if (username is not null)
            {
                _work.Do(new ScreenRequest.OpenDirect(username));
            }

            Task[] feeds = [ReadKeysAsync(), ReadEventsAsync(), ReadListAsync(list), TickAsync(), _work.ConnectAsync()];
            await LoopAsync();
            await _over.CancelAsync();
            await Task.WhenAll(feeds).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _terminal.Resized -= OnResized;
            _device.Client.StateChanged -= OnStateChanged;
            _writer.Leave();
        }
    }

    private async Task LoopAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            Paint();
            if (!Carry())
            {
                return;
            }

            try
            {
                await _inputs.Reader.WaitToReadAsync(_over.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _model.At(_time.GetUtcNow());
            _model.TextBytes = _device.Client.Limits.TextBytes;
            _model.EndedBefore = _device.Client.EndedBefore;
            if (Interlocked.Exchange(ref _state, null) is { } state)
            {
                _model.Apply(state);
            }

            for (var count = 0; count < InputsPerFrame && _inputs.Reader.TryRead(out var input); count++)
            {
                input(_model);
            }
        }
    }

    private void Paint()
    {
        if (Interlocked.Exchange(ref _resized, 0) == 1)
        {
            _writer.Forget();
        }

        var (width, height) = _terminal.Size;
        var frame = ScreenPainter.Paint(_model, width, height);
        _writer.Show(frame.Canvas, frame.Cursor);
        if (frame.History is { } history)
        {
            // Only what is on the screen now counts as read.
            _model.Shown(history);
        }
    }

    /// <summary>Hands out the requests; false when the user quits.</summary>
    private bool Carry()
    {
        var quit = false;
        foreach (var request in _model.Requests)
        {
            quit |= request is ScreenRequest.Quit;
            _work.Do(request);
        }

        _model.Requests.Clear();
        return !quit;
    }

    private async Task PostAsync(Action<ScreenModel> input)
    {
        try
        {
            await _inputs.Writer.WriteAsync(input, _over.Token);
        }
        catch (OperationCanceledException)
        {
            // The screen has closed.
        }
    }

    private async Task ReadKeysAsync()
    {
        await foreach (var key in new KeyReader(_terminal, _time).ReadAsync(_over.Token))
        {
            await PostAsync(model => model.Press(key));
        }

        // The terminal was closed.
        await _over.CancelAsync();
    }

    private async Task ReadEventsAsync()
    {
        await foreach (var value in _device.Client.EventsAsync(_over.Token))
        {
            // Everything else comes through the views.
            if (value is SendFailed failed)
            {
                await PostAsync(model => model.Refused(failed));
            }
        }
    }

    private async Task ReadListAsync(ConversationListView list)
    {
        await foreach (var snapshot in list.SnapshotsAsync(_over.Token))
        {
            await PostAsync(model => model.Learn(snapshot));
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(ClockTick, _time);
        while (await timer.WaitForNextTickAsync(_over.Token))
        {
            Wake();
        }
    }

    private void OnResized(object? sender, EventArgs args)
    {
        Volatile.Write(ref _resized, 1);
        Wake();
    }

    private void OnStateChanged(object? sender, StateChange change)
    {
        // Only the last state counts, and the client must not wait for the screen.
        Interlocked.Exchange(ref _state, change);
        Wake();
    }

    // A full queue wakes the loop, too.
    private void Wake() => _inputs.Writer.TryWrite(static _ => { });
}
