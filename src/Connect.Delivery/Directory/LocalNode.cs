using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Directory;

/// <summary>Which node this process is: new at each start.</summary>
internal sealed class LocalNode
{
    public NodeId Id { get; } = NodeId.NewRandom();
}
