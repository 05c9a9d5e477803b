using System.Buffers.Binary;
using System.Buffers.Text;
using Connect.Contracts.Identifiers;

namespace Connect.Gateway.Commands;

/// <summary>A place in the list of conversations: newest activity first, then by id. Opaque on the wire.</summary>
/// <param name="Time">Of the newest entry the reader may see; the cursor before all others has the highest.</param>
/// <param name="Conversation">Which.</param>
internal readonly record struct ActivityCursor(long Time, ConversationId Conversation) : IComparable<ActivityCursor>
{
    private const int Length = 24;

    private static readonly ActivityCursor Start = new(long.MaxValue, new(UInt128.MaxValue));

    public int CompareTo(ActivityCursor other) =>
        Time == other.Time ? other.Conversation.CompareTo(Conversation) : other.Time.CompareTo(Time);

    /// <summary>Reads a cursor; an empty one stands before everything.</summary>
    public static bool TryParse(string text, out ActivityCursor cursor)
    {
        cursor = Start;
        if (text.Length == 0)
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != 32 || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != Length)
        {
            return false;
        }

        cursor = new(
            BinaryPrimitives.ReadInt64BigEndian(bytes),
            new(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]))
        );
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Time);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], Conversation.Value);
        return Base64Url.EncodeToString(bytes);
    }
}
