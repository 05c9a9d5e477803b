namespace Connect.Contracts.Conversations;

/// <summary>The outcome of one message of an <see cref="AppendRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("AppendResult")]
public readonly record struct AppendResult(
    [property: Id(0)] AppendStatus Status,
    [property: Id(1)] long Seq = 0,
    [property: Id(2)] long Time = 0
)
{
    /// <summary>The message is in the log.</summary>
    public bool IsCommitted => Status is AppendStatus.Committed or AppendStatus.Duplicate;
}
