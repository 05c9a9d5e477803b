namespace Connect.Client.Stores;

/// <summary>Changes that a store takes all together or not at all.</summary>
/// <remarks>The lists can be set, not only initialised: a field that a record lacks then stays empty when
/// read.</remarks>
public sealed record StoreBatch
{
    /// <summary>The new account; null = unchanged.</summary>
    public StoredAccount? Account { get; set; }

    /// <summary>The new refresh token, a secret; empty = none is kept any more; null = unchanged.</summary>
    public string? RefreshToken { get; set; }

    /// <summary>Messages that are new in the outbox or changed there, identified by their id.</summary>
    public List<OutboxMessage> Outbox { get; set; } = [];

    /// <summary>The ids of messages that leave the outbox.</summary>
    public List<long> OutboxRemoved { get; set; } = [];

    /// <summary>Which life of its data the server leads; null = unchanged.</summary>
    public string? Store { get; set; }

    /// <summary>
    /// Conversations of which everything above <see cref="StoredPosition.Held"/> is to be forgotten, before the rest of
    /// the batch: items, and the places above it.
    /// </summary>
    public List<StoredPosition> Dropped { get; set; } = [];

    /// <summary>
    /// What follows on what is held, in the order of each log and without a hole: the position rises with it.
    /// </summary>
    public List<LogItem> Items { get; set; } = [];

    /// <summary>
    /// Places the application has reached; only <see cref="StoredPosition.Consumed"/> is to be taken.
    /// </summary>
    public List<StoredPosition> Consumed { get; set; } = [];

    /// <summary>Marks that changed.</summary>
    public List<StoredMark> Marks { get; set; } = [];

    /// <summary>Direct conversations that became known.</summary>
    public List<StoredDirect> Directs { get; set; } = [];

    /// <summary>Whether there is nothing in it.</summary>
    internal bool IsEmpty =>
        Account is null
        && RefreshToken is null
        && Outbox.Count == 0
        && OutboxRemoved.Count == 0
        && Store is null
        && Dropped.Count == 0
        && Items.Count == 0
        && Consumed.Count == 0
        && Marks.Count == 0
        && Directs.Count == 0;
}
