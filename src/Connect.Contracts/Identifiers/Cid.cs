using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Connect.Contracts.Identifiers;

/// <summary>
/// The sender's own id of a message: a UUIDv7, the idempotency key of a send, scoped to (conversation, sender).
/// </summary>
[GenerateSerializer, Immutable, Alias("Cid")]
public readonly record struct Cid([property: Id(0)] Guid Value)
{
    /// <summary>Reads the 36-character form of a version 7 UUID (RFC 9562); false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Cid cid)
    {
        var ok = Guid.TryParseExact(text, "D", out var value) && value.Version == 7;
        cid = new(ok ? value : Guid.Empty);
        return ok;
    }

    /// <summary>True for the value that stands for "none".</summary>
    public bool IsNone => Value == Guid.Empty;

    /// <summary>The time in the id, milliseconds since the Unix epoch.</summary>
    public long UnixMilliseconds
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        }
    }

    /// <summary>Chosen by clients, see <see cref="OpaqueId.Hash"/>.</summary>
    public override int GetHashCode() => OpaqueId.Hash(Unsafe.BitCast<Guid, UInt128>(Value));

    public override string ToString() => Value.ToString("D");
}
