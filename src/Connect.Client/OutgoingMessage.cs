using Connect.Client.Outbox;

namespace Connect.Client;

/// <summary>A message on its way. All members may be used from any thread.</summary>
public sealed class OutgoingMessage
{
    private readonly TaskCompletionSource<SentMessage> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _cid;
    private volatile int _state;

    internal OutgoingMessage(OutboxItem item)
    {
        Conversation = item.Conversation;
        Text = item.Text;
        _cid = item.Cid;
        _state = (int)(item.Transmitted ? OutgoingState.Sending : OutgoingState.Queued);
        // A failure is told by the state and by an event; who does not await the task has not missed it.
        _ = _sent.Task.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );
    }

    /// <summary>Where it goes.</summary>
    public string Conversation { get; }

    /// <summary>What it says.</summary>
    public string Text { get; }

    /// <summary>
    /// Its id. It changes at most once, before the first transmission, when the clock of this device was far off.
    /// </summary>
    public string Cid
    {
        get => _cid;
        internal set => _cid = value;
    }

    /// <summary>How far it has come.</summary>
    public OutgoingState State
    {
        get => (OutgoingState)_state;
        internal set => _state = (int)value;
    }

    /// <summary>
    /// Completes when the message is committed, and fails with a <see cref="ConnectException"/> when it is refused
    /// for good. While there is no connection it waits.
    /// </summary>
    public Task<SentMessage> Sent => _sent.Task;

    internal void Complete(SentMessage message)
    {
        State = OutgoingState.Sent;
        _sent.TrySetResult(message);
    }

    /// <summary>The client ended: the message stays in the outbox, and its state is what it was.</summary>
    internal void Abandon(ConnectException reason) => _sent.TrySetException(reason);

    internal void Fail(ConnectException error)
    {
        State = OutgoingState.Failed;
        _sent.TrySetException(error);
    }
}
