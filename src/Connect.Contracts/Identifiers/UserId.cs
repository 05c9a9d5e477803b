using System.Diagnostics.CodeAnalysis;

namespace Connect.Contracts.Identifiers;

/// <summary>An account. Random; carries its home cell.</summary>
[GenerateSerializer, Immutable, Alias("UserId")]
public readonly record struct UserId([property: Id(0)] UInt128 Value) : IComparable<UserId>
{
    public static UserId NewRandom(ushort cell = 0) => new(OpaqueId.NewRandom(cell));

    public static bool TryParse([NotNullWhen(true)] string? text, out UserId id)
    {
        var ok = OpaqueId.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <summary>True for the value that stands for "none".</summary>
    public bool IsNone => Value == 0;

    public int CompareTo(UserId other) => Value.CompareTo(other.Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(UserId left, UserId right) => left.Value < right.Value;

    public static bool operator >(UserId left, UserId right) => left.Value > right.Value;

    public static bool operator <=(UserId left, UserId right) => left.Value <= right.Value;

    public static bool operator >=(UserId left, UserId right) => left.Value >= right.Value;
}
