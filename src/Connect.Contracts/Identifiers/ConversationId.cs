using System.Diagnostics.CodeAnalysis;

namespace Connect.Contracts.Identifiers;

/// <summary>A conversation. Random for a group; for a direct one a keyed hash of the two user ids (D10).</summary>
[GenerateSerializer, Immutable, Alias("ConversationId")]
public readonly record struct ConversationId([property: Id(0)] UInt128 Value) : IComparable<ConversationId>
{
    public static ConversationId NewRandom(ushort cell = 0) => new(OpaqueId.NewRandom(cell));

    public static bool TryParse([NotNullWhen(true)] string? text, out ConversationId id)
    {
        var ok = OpaqueId.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <summary>True for the value that stands for "none".</summary>
    public bool IsNone => Value == 0;

    public int CompareTo(ConversationId other) => Value.CompareTo(other.Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(ConversationId left, ConversationId right) => left.Value < right.Value;

    public static bool operator >(ConversationId left, ConversationId right) => left.Value > right.Value;

    public static bool operator <=(ConversationId left, ConversationId right) => left.Value <= right.Value;

    public static bool operator >=(ConversationId left, ConversationId right) => left.Value >= right.Value;
}
