using System.Threading.Channels;
using Connect.Cli.Screens.Drawing;
using Connect.Cli.Screens.Keys;
using Connect.Cli.States;
using Connect.Cli.Terminals;
using Connect.Client;

namespace Connect.Cli.Screens;

/// <summary>
/// The full screen: one loop that feeds a <see cref="ScreenModel"/> with keys, events and answers, has its requests
/// carried out, and paints it. All state belongs to the loop; everything else posts to it.
/// </summary>
internal sealed class ChatScreen : IAsyncDisposable
{
    /// <summary>Inputs that wait for the loop; who brings more waits with them.</summary>
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
    /// <param name="username">Whose conversation is opened at the start; null = none.</param>
    /// <param name="cancellationToken">Ends it.</param>
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
            // Only what is on the screen by now is read.
            _model.Shown(history);
        }
    }

    /// <summary>Has the requests carried out; false at the end.</summary>
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
            // The screen is over.
        }
    }

    private async Task ReadKeysAsync()
    {
        await foreach (var key in new KeyReader(_terminal, _time).ReadAsync(_over.Token))
        {
            await PostAsync(model => model.Press(key));
        }

        // The terminal is gone.
        await _over.CancelAsync();
    }

    private async Task ReadEventsAsync()
    {
        await foreach (var value in _device.Client.EventsAsync(_over.Token))
        {
            // All else the views tell.
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
        // Only the last one counts, and the client must not wait for a screen.
        Interlocked.Exchange(ref _state, change);
        Wake();
    }

    // A full queue wakes the loop as well.
    private void Wake() => _inputs.Writer.TryWrite(static _ => { });
}
