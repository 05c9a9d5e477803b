using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>The node that holds a partition of the directory.</summary>
/// <param name="Node">Which.</param>
/// <param name="Endpoint">How it is reached.</param>
/// <param name="Incarnation">Of the partition: new each time it started with nothing in memory.</param>
[GenerateSerializer, Immutable, Alias("PartitionHost")]
public sealed record PartitionHost(
    [property: Id(0)] NodeId Node,
    [property: Id(1)] INodeEndpoint Endpoint,
    [property: Id(2)] string Incarnation
);
