namespace Connect.Client.Stores;

/// <summary>
/// A store that lives as long as the process. It keeps no entries: they count as held once the application has taken
/// them.
/// </summary>
public sealed class MemoryConnectStore : IConnectStore
{
    private readonly Lock _gate = new();
    private readonly StoredContents _contents = new();

    /// <inheritdoc/>
    public bool KeepsEntries => false;

    /// <inheritdoc/>
    public ValueTask<StoredState> LoadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_contents.ToState());
        }
    }

    /// <inheritdoc/>
    public ValueTask SaveAsync(StoreBatch batch, bool durable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (_gate)
        {
            _contents.Apply(batch, keepItems: false);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogItem>> ReadAsync(
        string conversation,
        long after,
        int limit,
        CancellationToken cancellationToken
    ) => ValueTask.FromResult<IReadOnlyList<LogItem>>([]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
