using System.Buffers.Binary;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.Lists;

/// <summary>A place in the list of conversations: newest activity first, then by id.</summary>
/// <param name="Time">Of the newest entry.</param>
/// <param name="Conversation">Which.</param>
internal readonly record struct ActivityPlace(long Time, ConversationId Conversation) : IComparable<ActivityPlace>
{
    public const int Length = 24;

    /// <summary>Before all others.</summary>
    public static readonly ActivityPlace Start = new(long.MaxValue, new(UInt128.MaxValue));

    public int CompareTo(ActivityPlace other) =>
        Time == other.Time ? other.Conversation.CompareTo(Conversation) : other.Time.CompareTo(Time);

    /// <summary>It stands before the other in the list.</summary>
    public bool IsNewerThan(ActivityPlace other) => CompareTo(other) < 0;

    public static ActivityPlace Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64BigEndian(bytes), new(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..])));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, Time);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], Conversation.Value);
    }
}
