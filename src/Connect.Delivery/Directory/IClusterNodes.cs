using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Directory;

/// <summary>The nodes of the cluster and how they are reached.</summary>
internal interface IClusterNodes
{
    /// <summary>Every node that holds sessions, this one included.</summary>
    ImmutableArray<INodeEndpoint> Gateways { get; }

    /// <summary>The endpoint of a node; null when it is not, or no longer, in the cluster.</summary>
    INodeEndpoint? Find(NodeId node);
}
