using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Directory;

/// <summary>The nodes of the cluster; each joins with its endpoint. Today there is one: this process.</summary>
internal sealed class NodeTable : IClusterNodes
{
    private ImmutableDictionary<NodeId, INodeEndpoint> _nodes = ImmutableDictionary<NodeId, INodeEndpoint>.Empty;

    public ImmutableArray<INodeEndpoint> Gateways => [.. Volatile.Read(ref _nodes).Values];

    public INodeEndpoint? Find(NodeId node) => Volatile.Read(ref _nodes).GetValueOrDefault(node);

    public void Join(NodeId node, INodeEndpoint endpoint) =>
        ImmutableInterlocked.AddOrUpdate(ref _nodes, node, endpoint, (_, _) => endpoint);
}

/// <summary>The nodes of the cluster and how they are reached.</summary>
internal interface IClusterNodes
{
    /// <summary>Every node that holds sessions, this one included.</summary>
    ImmutableArray<INodeEndpoint> Gateways { get; }

    /// <summary>The endpoint of a node; null when it is not, or no longer, in the cluster.</summary>
    INodeEndpoint? Find(NodeId node);
}

/// <summary>The identity of this process as a node: new at each start.</summary>
internal sealed class LocalNode
{
    public NodeId Id { get; } = NodeId.NewRandom();
}
