using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>
/// A partition of the directory, as placement only (D7): the grain says which node holds it, and the traffic then goes
/// to that node's endpoint. The key is the partition's number, from 0.
/// </summary>
[Alias("IDirectoryPartitionGrain")]
public interface IDirectoryPartitionGrain : IGrainWithIntegerKey
{
    /// <summary>Where the partition is; it is started there when it was not.</summary>
    [Alias("Locate")]
    Task<PartitionHost> LocateAsync();
}

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
