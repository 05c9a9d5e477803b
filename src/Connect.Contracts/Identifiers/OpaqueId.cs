using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Connect.Contracts.Identifiers;

/// <summary>
/// The form all our ids share: 128 bits, the first 16 of which name the home cell (0 is the only one today); on the
/// wire 22 characters of base64url. Nobody outside may read anything into them.
/// </summary>
public static class OpaqueId
{
    /// <summary>Length of the wire form in characters.</summary>
    public const int TextLength = 22;

    /// <summary>Length of the binary form in bytes.</summary>
    public const int ByteLength = 16;

    /// <summary>The home cell that an id carries in its first 16 bits.</summary>
    public static ushort Cell(UInt128 value) => (ushort)(value >> 112);

    /// <summary>
    /// The hash code of an id. Clients may name any id they like, so the framework's own, which is the same in each
    /// process where both halves are alike, would let them fill one bucket of a table with as many as they want.
    /// </summary>
    public static int Hash(UInt128 value) => Secret.Mix(value);

    /// <summary>A new random id of a cell.</summary>
    public static UInt128 NewRandom(ushort cell = 0)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        RandomNumberGenerator.Fill(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, cell);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The wire form.</summary>
    public static string Format(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>
    /// Reads the wire form; false when it is anything but 22 characters of base64url in canonical form.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UInt128 value)
    {
        value = 0;
        if (text is not { Length: TextLength })
        {
            return false;
        }

        // The decoder skips white space, so a shorter id padded with blanks must be told apart by its length.
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (!Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != ByteLength)
        {
            return false;
        }

        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }

    /// <summary>What nobody outside of the process knows.</summary>
    private static class Secret
    {
        private static readonly ulong Low = Random();
        private static readonly ulong High = Random();
        private static readonly ulong Last = Random() | 1;

        public static int Mix(UInt128 value)
        {
            var mixed = Fold((ulong)value ^ Low, (ulong)(value >> 64) ^ High);
            return (int)(Fold(mixed ^ High, Last) >> 32);
        }

        private static ulong Fold(ulong one, ulong other) => Math.BigMul(one, other, out var low) ^ low;

        private static ulong Random() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    }
}

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

    public override int GetHashCode() => OpaqueId.Hash(Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(UserId left, UserId right) => left.Value < right.Value;

    public static bool operator >(UserId left, UserId right) => left.Value > right.Value;

    public static bool operator <=(UserId left, UserId right) => left.Value <= right.Value;

    public static bool operator >=(UserId left, UserId right) => left.Value >= right.Value;
}

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

    public override int GetHashCode() => OpaqueId.Hash(Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(DeviceId left, DeviceId right) => left.Value < right.Value;

    public static bool operator >(DeviceId left, DeviceId right) => left.Value > right.Value;

    public static bool operator <=(DeviceId left, DeviceId right) => left.Value <= right.Value;

    public static bool operator >=(DeviceId left, DeviceId right) => left.Value >= right.Value;
}

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

    public override int GetHashCode() => OpaqueId.Hash(Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(SessionId left, SessionId right) => left.Value < right.Value;

    public static bool operator >(SessionId left, SessionId right) => left.Value > right.Value;

    public static bool operator <=(SessionId left, SessionId right) => left.Value <= right.Value;

    public static bool operator >=(SessionId left, SessionId right) => left.Value >= right.Value;
}

/// <summary>A conversation. Random for a group; for a direct one a keyed hash of the two user ids.</summary>
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

    public override int GetHashCode() => OpaqueId.Hash(Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(ConversationId left, ConversationId right) => left.Value < right.Value;

    public static bool operator >(ConversationId left, ConversationId right) => left.Value > right.Value;

    public static bool operator <=(ConversationId left, ConversationId right) => left.Value <= right.Value;

    public static bool operator >=(ConversationId left, ConversationId right) => left.Value >= right.Value;
}

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

    public override int GetHashCode() => OpaqueId.Hash(Value);

    public override string ToString() => OpaqueId.Format(Value);

    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;
}
