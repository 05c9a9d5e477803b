using Connect.Cli.Lines;
using Connect.Cli.Output;
using Connect.Cli.Runs;
using Connect.Cli.Words;
using Connect.Client;
using Connect.Protocol;

namespace Connect.Cli.Commands;

/// <summary>
/// chat USER, line by line: prints the last messages and then new ones; each line of input is a message. At the end of
/// the input it waits until everything is sent, so a pipe can feed it. In a terminal the line being typed stays intact,
/// and the others see that the user is typing.
/// </summary>
internal sealed class ChatCommand : IDisposable
{
    private const int HistoryLines = 20;

    private readonly CommandRun _run;
    private readonly IOutput _output;
    private readonly LineConsole? _console;
    private readonly Device _device;
    private readonly Conversation _conversation;
    private readonly NameBook _names;
    private readonly EventPrinter _printer;
    private readonly ReaderTally _tally;
    private readonly SemaphoreSlim _typing = new(1);
    private readonly List<OutgoingMessage> _typed = [];
    private Task _confirming = Task.CompletedTask;
    private long _shown;
    private bool _failed;

    private ChatCommand(CommandRun run, Device device, Conversation conversation, string username)
    {
        _run = run;
        _console =
            !run.IsJson && run.Terminal.HasScreen
                ? new(run.Terminal.OpenScreen(signals: true), TimeProvider.System)
                {
                    TextBytes = () => device.Client.Limits.TextBytes,
                }
                : null;
        _output = _console is null ? run.Output : new TextOutput(_console.Out);
        _device = device;
        _conversation = conversation;
        _names = NameBook.Of(run, device);
        _names.Learn(conversation.Peer, username);
        _tally = new(device.Account.User);
        _printer = new(_output, _names, _tally);
    }

    public static async Task<int> RunAsync(CommandRun run, string username, CancellationToken cancellationToken)
    {
        await using var device = await Device.OpenAsync(run, cancellationToken);
        var conversation = await Places.OpenAsync(run, device, username, cancellationToken);
        using var chat = new ChatCommand(run, device, conversation, username);
        return await chat.RunAsync(cancellationToken);
    }

    public void Dispose()
    {
        _console?.Dispose();
        _typing.Dispose();
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var trouble = new TroubleLines(_console?.Out ?? _run.Terminal.Error);
        _device.Client.StateChanged += (_, change) =>
        {
            trouble.Tell(change);
            if (change is { State: ConnectionState.Offline, Error: not null })
            {
                // The user has to act; waiting does not help.
                over.Cancel();
            }
        };
        await _device.Client.SetOpenAsync([_conversation.Id], cancellationToken);
        if (_conversation.Peer.Length > 0)
        {
            await _device.Client.WatchAsync([_conversation.Peer], cancellationToken);
        }

        await _device.ConnectAsync(cancellationToken);
        if (_device.Client.State == ConnectionState.Live)
        {
            await ShowHistoryAsync(cancellationToken);
            await LearnMembersAsync(cancellationToken);
        }

        if (_console is not null)
        {
            _console.Typed = isOn => _ = TellTypingAsync(isOn, over.Token);
        }

        var receiving = ReceiveAsync(over.Token);
        try
        {
            while (await ReadLineAsync(over.Token) is { } line)
            {
                if (line.Length > 0)
                {
                    await SendAsync(line, over.Token);
                }
            }

            await _confirming.WaitAsync(_run.Timeout, over.Token);
        }
        catch (TimeoutException)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                "Some messages are still unsent; the next command that connects will send them."
            );
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw _device.Client.Error ?? (Exception)new CommandException(ExitCode.Failed, "The chat ended.");
        }
        finally
        {
            await over.CancelAsync();
            await receiving;
        }

        return _failed ? ExitCode.Failed : ExitCode.Ok;
    }

    private Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        _console?.ReadLineAsync(cancellationToken) ?? _run.Terminal.ReadLineAsync(cancellationToken);

    private async Task TellTypingAsync(bool isOn, CancellationToken cancellationToken)
    {
        try
        {
            await (
                isOn ? _conversation.TypingAsync(cancellationToken) : _conversation.StopTypingAsync(cancellationToken)
            );
        }
        catch (Exception error)
            when (error is OperationCanceledException or ObjectDisposedException or ConnectException)
        {
            // The chat is ending or not connected, and typing is only a hint.
        }
    }

    private async Task ShowHistoryAsync(CancellationToken cancellationToken)
    {
        _shown = await _printer.PrintLastAsync(_conversation, HistoryLines, cancellationToken);
        if (_shown > 0)
        {
            await _conversation.MarkReadAsync(_shown, cancellationToken);
        }
    }

    private async Task SendAsync(string line, CancellationToken cancellationToken)
    {
        // Held until the message is recorded: its entry may arrive at once and must be recognized as typed here.
        await _typing.WaitAsync(cancellationToken);
        OutgoingMessage message;
        try
        {
            message = await _conversation.EnqueueAsync(line, _shown, cancellationToken);
            _typed.Add(message);
        }
        catch (ConnectException error) when (error.Code is ErrorCode.TooLarge or ErrorCode.Invalid)
        {
            // This line can never be sent; the ones after it can.
            _failed = true;
            _output.NotQueued(_conversation.Id, error);
            return;
        }
        finally
        {
            _typing.Release();
        }

        _confirming = ConfirmAsync(_confirming, message);
        if (_device.Client.State != ConnectionState.Live)
        {
            _output.Queued(message);
        }
    }

    /// <summary>Reports what became of a message, after those before it.</summary>
    private async Task ConfirmAsync(Task before, OutgoingMessage message)
    {
        await before;
        try
        {
            _output.Sent(await message.Sent);
        }
        catch (ConnectException error) when (message.State == OutgoingState.Failed)
        {
            _failed = true;
            _output.Failed(message, error);
        }
        catch (ConnectException)
        {
            // The chat ended before it was sent: it stays in the outbox.
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var value in _conversation.EventsAsync(cancellationToken))
            {
                await ShowAsync(value, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The chat has ended.
        }
    }

    private async Task ShowAsync(ConnectEvent value, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case MessageReceived message when message.Seq <= _shown:
            case EntryReceived entry when entry.Seq <= _shown:
            case RangeSkipped range when range.To <= _shown:
            case ReceiptChanged receipt when receipt.User == _device.Account.User:
            case PresenceChanged presence when presence.Presence.User != _conversation.Peer:
            case PresenceChanged { Presence: { IsOnline: false, Since: null } }:
            case SendFailed:
                // Printed with the history, reported where it was typed, or about a user whose presence is hidden: the
                // server reports them as offline, without a time.
                return;
            case TypingChanged typing when _console is not null:
                // It comes and goes, so it gets no line of its own.
                _console.SetStatus(await _printer.TypistsAsync(typing, cancellationToken));
                return;
            case MessageReceived message:
                _shown = message.Seq;
                if (!message.IsOwn || !await WasTypedAsync(message, cancellationToken))
                {
                    await _printer.PrintAsync(message, cancellationToken);
                }

                await _conversation.MarkReadAsync(message.Seq, cancellationToken);
                return;
            case EntryReceived { Entry.Change: not null }:
                await LearnMembersAsync(cancellationToken);
                await _printer.PrintAsync(value, cancellationToken);
                return;
            default:
                await _printer.PrintAsync(value, cancellationToken);
                return;
        }
    }

    /// <summary>Learns who can read a message of this user.</summary>
    private async Task LearnMembersAsync(CancellationToken cancellationToken)
    {
        if (_conversation.Peer.Length > 0 || _device.Client.State != ConnectionState.Live)
        {
            return;
        }

        try
        {
            if (await _device.Client.GetConversationAsync(_conversation.Id, cancellationToken) is { } info)
            {
                _tally.Learn(info);
            }
        }
        catch (ConnectException)
        {
            // Receipts are then printed without a total.
        }
    }

    private async Task<bool> WasTypedAsync(MessageReceived message, CancellationToken cancellationToken)
    {
        await _typing.WaitAsync(cancellationToken);
        try
        {
            return _typed.RemoveAll(typed => typed.Cid == message.Entry.Cid) > 0;
        }
        finally
        {
            _typing.Release();
        }
    }
}
