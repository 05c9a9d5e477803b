namespace Connect.Client;

/// <summary>A message on its way. All members may be used from any thread.</summary>
public sealed class OutgoingMessage
{
    private readonly TaskCompletionSource<SentMessage> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _cid;
    private volatile int _state;

    internal OutgoingMessage(string conversation, string text, string cid, bool isTransmitted)
    {
        Conversation = conversation;
        Text = text;
        _cid = cid;
        _state = (int)(isTransmitted ? OutgoingState.Sending : OutgoingState.Queued);
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
    /// for good. While there is no connection it waits. It also fails when the client gives up, for instance because
    /// the login is over, or is disposed: the message then stays in the outbox, in the state it had, and is sent
    /// after the next successful connection.
    /// </summary>
    public Task<SentMessage> Sent => _sent.Task;

    internal void Complete(SentMessage message)
    {
        State = OutgoingState.Sent;
        _sent.TrySetResult(message);
    }

    /// <summary>The client ended or gave up: the message stays in the outbox, and its state is what it was.</summary>
    internal void Abandon(ConnectException reason) => _sent.TrySetException(reason);

    internal void Fail(ConnectException error)
    {
        State = OutgoingState.Failed;
        _sent.TrySetException(error);
    }
}

/// <summary>How far an outgoing message has come.</summary>
public enum OutgoingState
{
    /// <summary>In the outbox, waiting for a connection or for its turn.</summary>
    Queued,

    /// <summary>Transmitted, not yet answered. It may arrive: it can no longer be discarded.</summary>
    Sending,

    /// <summary>Committed.</summary>
    Sent,

    /// <summary>Refused for good, or discarded.</summary>
    Failed,
}

/// <summary>A message that is committed: it is durable, and its seq never changes.</summary>
/// <param name="Conversation">Its conversation.</param>
/// <param name="Cid">Its id, given by this device.</param>
/// <param name="Seq">Its number in the conversation.</param>
/// <param name="Time">When it was committed.</param>
/// <param name="Duplicate">It had been committed before, by an earlier transmission.</param>
public sealed record SentMessage(string Conversation, string Cid, long Seq, DateTimeOffset Time, bool Duplicate);
