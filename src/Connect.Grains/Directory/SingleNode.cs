using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Grains.Directory;

/// <summary>A cluster of one: every session and every partition is here.</summary>
internal sealed class SingleNode(LocalNode local, NodeEndpoint endpoint) : IClusterNodes
{
    public ImmutableArray<INodeEndpoint> Gateways { get; } = [endpoint];

    public INodeEndpoint? Find(NodeId node) => node == local.Id ? endpoint : null;
}
