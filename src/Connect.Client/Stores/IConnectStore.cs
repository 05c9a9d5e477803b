namespace Connect.Client.Stores;

/// <summary>
/// What a device remembers: its outbox, its positions and, where it can, the entries themselves. One client uses it at
/// a time, with its <see cref="ConnectAccount"/>; calls may come from several threads, batches are taken one by one.
/// </summary>
public interface IConnectStore : IAsyncDisposable
{
    /// <summary>
    /// Whether entries are kept durably. If not, an entry counts as held only once the application has taken it.
    /// </summary>
    bool KeepsEntries { get; }

    /// <summary>What is remembered.</summary>
    ValueTask<StoredState> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Remembers a batch, all of it or nothing.</summary>
    /// <param name="batch">The changes. The caller does not change it afterwards.</param>
    /// <param name="durable">
    /// True: the batch and all before it survive a crash of the machine once the task has completed. False: they
    /// survive once a later durable batch has.
    /// </param>
    /// <param name="cancellationToken">May end the wait, not the write.</param>
    ValueTask SaveAsync(StoreBatch batch, bool durable, CancellationToken cancellationToken);

    /// <summary>
    /// Kept items of a conversation that end above a seq, ascending; fewer than asked only at the end.
    /// </summary>
    /// <param name="conversation">Which conversation.</param>
    /// <param name="after">The seq.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<LogItem>> ReadAsync(
        string conversation,
        long after,
        int limit,
        CancellationToken cancellationToken
    );
}
