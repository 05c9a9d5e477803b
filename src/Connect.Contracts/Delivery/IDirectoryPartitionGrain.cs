using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>
/// Places a partition of the directory (ADR 0010): the grain says which node holds it; traffic then goes to that
/// node's endpoint. The key is the partition's number, from 0.
/// </summary>
[Alias("IDirectoryPartitionGrain")]
public interface IDirectoryPartitionGrain : IGrainWithIntegerKey
{
    /// <summary>Where the partition is; starts it if necessary.</summary>
    [Alias("Locate")]
    Task<PartitionHost> LocateAsync();
}

/// <summary>The node that holds a partition of the directory.</summary>
/// <param name="Node">The node.</param>
/// <param name="Endpoint">How it is reached.</param>
/// <param name="Incarnation">New whenever the partition starts empty.</param>
[GenerateSerializer, Immutable, Alias("PartitionHost")]
public sealed record PartitionHost(
    [property: Id(0)] NodeId Node,
    [property: Id(1)] INodeEndpoint Endpoint,
    [property: Id(2)] string Incarnation
);
