using System.Diagnostics.CodeAnalysis;

namespace Connect.Contracts.Identifiers;

/// <summary>One live connection of one device to one gateway.</summary>
[GenerateSerializer, Immutable, Alias("SessionId")]
public readonly record struct SessionId([property: Id(0)] UInt128 Value) : IComparable<SessionId>
{
    public static SessionId NewRandom(ushort cell = 0) => new(OpaqueId.NewRandom(cell));

    public static bool TryParse([NotNullWhen(true)] string? text, out SessionId id)
    {
        var ok = OpaqueId.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <summary>True for the value that stands for "none".</summary>
    public bool IsNone => Value == 0;

    public int CompareTo(SessionId other) => Value.CompareTo(other.Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(SessionId left, SessionId right) => left.Value < right.Value;

    public static bool operator >(SessionId left, SessionId right) => left.Value > right.Value;

    public static bool operator <=(SessionId left, SessionId right) => left.Value <= right.Value;

    public static bool operator >=(SessionId left, SessionId right) => left.Value >= right.Value;
}
