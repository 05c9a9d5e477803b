using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>Publications on their way between two nodes; numbered, acknowledged by the answer.</summary>
[GenerateSerializer, Immutable, Alias("DeliveryBatch")]
public sealed record DeliveryBatch(
    [property: Id(0)] NodeId From,
    [property: Id(1)] long Number,
    [property: Id(2)] ImmutableArray<Publication> Publications
);
