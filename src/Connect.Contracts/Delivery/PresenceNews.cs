using System.Collections.Immutable;

namespace Connect.Contracts.Delivery;

/// <summary>What the partitions of one node tell a gateway. It may be lost: the gateway asks again regularly.</summary>
[GenerateSerializer, Immutable, Alias("PresenceNews")]
public sealed record PresenceNews(
    [property: Id(0)] ImmutableArray<PresenceStatus> Changes,
    [property: Id(1)] ImmutableArray<PresenceInvalidation> Doubts
);
