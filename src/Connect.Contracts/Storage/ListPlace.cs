using System.Buffers.Binary;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>A place in a user's list of conversations: the newest first, then by id.</summary>
/// <param name="Time">When it was placed, milliseconds since the epoch.</param>
/// <param name="Conversation">Which.</param>
public readonly record struct ListPlace(long Time, ConversationId Conversation) : IComparable<ListPlace>
{
    /// <summary>Bytes of a place that is written down.</summary>
    public const int Length = 24;

    /// <summary>Before all others.</summary>
    public static readonly ListPlace Start = new(long.MaxValue, new(UInt128.MaxValue));

    /// <inheritdoc/>
    public int CompareTo(ListPlace other) =>
        Time == other.Time ? other.Conversation.CompareTo(Conversation) : other.Time.CompareTo(Time);

    /// <summary>It stands above the other.</summary>
    public static bool operator <(ListPlace one, ListPlace other) => one.CompareTo(other) < 0;

    /// <summary>It stands below the other.</summary>
    public static bool operator >(ListPlace one, ListPlace other) => one.CompareTo(other) > 0;

    /// <summary>It stands above the other, or is it.</summary>
    public static bool operator <=(ListPlace one, ListPlace other) => one.CompareTo(other) <= 0;

    /// <summary>It stands below the other, or is it.</summary>
    public static bool operator >=(ListPlace one, ListPlace other) => one.CompareTo(other) >= 0;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ListPlace Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64BigEndian(bytes), new(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..])));

    /// <summary>Writes the place into <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, Time);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], Conversation.Value);
    }
}

/// <summary>The parts of a user's list that are kept in order. The numbers are stored.</summary>
public enum ListShelf : byte
{
    /// <summary>Every conversation.</summary>
    All = 0,

    /// <summary>Those that were message requests when they were placed.</summary>
    Requests = 1,

    /// <summary>Those that the user has hidden.</summary>
    Hidden = 2,
}
