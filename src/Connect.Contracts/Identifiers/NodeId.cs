using System.Diagnostics.CodeAnalysis;

namespace Connect.Contracts.Identifiers;

/// <summary>One process of the cluster, new at each start.</summary>
[GenerateSerializer, Immutable, Alias("NodeId")]
public readonly record struct NodeId([property: Id(0)] UInt128 Value) : IComparable<NodeId>
{
    public static NodeId NewRandom(ushort cell = 0) => new(OpaqueId.NewRandom(cell));

    public static bool TryParse([NotNullWhen(true)] string? text, out NodeId id)
    {
        var ok = OpaqueId.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <summary>True for the value that stands for "none".</summary>
    public bool IsNone => Value == 0;

    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;
}
