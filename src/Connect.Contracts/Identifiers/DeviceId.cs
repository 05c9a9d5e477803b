using System.Diagnostics.CodeAnalysis;

namespace Connect.Contracts.Identifiers;

/// <summary>One installation of a client of a user; it has its own outbox and its own positions.</summary>
[GenerateSerializer, Immutable, Alias("DeviceId")]
public readonly record struct DeviceId([property: Id(0)] UInt128 Value) : IComparable<DeviceId>
{
    public static DeviceId NewRandom(ushort cell = 0) => new(OpaqueId.NewRandom(cell));

    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceId id)
    {
        var ok = OpaqueId.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <summary>True for the value that stands for "none".</summary>
    public bool IsNone => Value == 0;

    public int CompareTo(DeviceId other) => Value.CompareTo(other.Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(DeviceId left, DeviceId right) => left.Value < right.Value;

    public static bool operator >(DeviceId left, DeviceId right) => left.Value > right.Value;

    public static bool operator <=(DeviceId left, DeviceId right) => left.Value <= right.Value;

    public static bool operator >=(DeviceId left, DeviceId right) => left.Value >= right.Value;
}
