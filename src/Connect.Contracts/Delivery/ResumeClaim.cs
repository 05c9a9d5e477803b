using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>What a device says of its session before, to go on from there.</summary>
/// <param name="Session">That session, which was live.</param>
/// <param name="Incarnation">Of the partition it was registered with.</param>
/// <param name="Heads">What the device holds of all that moved lately, without a hole.</param>
[GenerateSerializer, Immutable, Alias("ResumeClaim")]
public sealed record ResumeClaim(
    [property: Id(0)] SessionId Session,
    [property: Id(1)] string Incarnation,
    [property: Id(2)] ImmutableArray<ConversationPosition> Heads
);
