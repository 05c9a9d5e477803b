namespace Connect.Client.Stores;

/// <summary>What a store holds when a client starts.</summary>
public sealed record StoredState
{
    /// <summary>Who it belongs to.</summary>
    public StoredAccount Account { get; init; } = StoredAccount.None;

    /// <summary>The secret that gets access tokens; empty = none is kept.</summary>
    public string RefreshToken { get; init; } = "";

    /// <summary>
    /// Under which life of the server's data everything but the outbox was read; empty = not known.
    /// </summary>
    public string Store { get; init; } = "";

    /// <summary>The messages not yet answered, in the order of sending.</summary>
    public IReadOnlyList<OutboxMessage> Outbox { get; init; } = [];

    /// <summary>The positions, of a store that keeps entries; else none.</summary>
    public IReadOnlyList<StoredPosition> Positions { get; init; } = [];

    /// <summary>The marks.</summary>
    public IReadOnlyList<StoredMark> Marks { get; init; } = [];

    /// <summary>The direct conversations found by name.</summary>
    public IReadOnlyList<StoredDirect> Directs { get; init; } = [];
}
