namespace Connect.Contracts.Conversations;

/// <summary>The outcome of a <see cref="ChangeRequest"/>.</summary>
/// <param name="Status"><c>Committed</c>, <c>Duplicate</c> or why not.</param>
/// <param name="Seq">The first entry of the change; 0 when there was nothing to change.</param>
/// <param name="Time">Its time.</param>
[GenerateSerializer, Immutable, Alias("ChangeReply")]
public readonly record struct ChangeReply(
    [property: Id(0)] AppendStatus Status,
    [property: Id(1)] long Seq = 0,
    [property: Id(2)] long Time = 0
);
