using System.Buffers.Binary;
using System.Buffers.Text;

namespace Connect.Conversations.Lists;

/// <summary>How far a client has read the list of conversations. Opaque on the wire.</summary>
/// <param name="Last">All places of this round before this one, and itself, are told.</param>
/// <param name="Floor">The round goes down to this time.</param>
/// <param name="Newest">The time of the newest place when the round began.</param>
/// <param name="Sum">A sum of all places when the round began: another one when any of them moved since.</param>
/// <param name="Round">0 for the whole list, above it for what moved meanwhile.</param>
internal readonly record struct ActivityCursor(ActivityPlace Last, long Floor, long Newest, ulong Sum, byte Round)
{
    private const int Length = ActivityPlace.Length + (3 * sizeof(long)) + 1;
    private const int TextLength = 66;

    /// <summary>Nothing is told yet.</summary>
    public static readonly ActivityCursor Start = new(ActivityPlace.Start, 0, 0, 0, 0);

    /// <summary>Reads a cursor; an empty one stands before everything.</summary>
    public static bool TryParse(string text, out ActivityCursor cursor)
    {
        cursor = Start;
        if (text.Length == 0)
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[Length];
        if (
            text.Length != TextLength
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || written != Length
        )
        {
            return false;
        }

        var numbers = bytes[ActivityPlace.Length..];
        cursor = new(
            ActivityPlace.Read(bytes),
            BinaryPrimitives.ReadInt64BigEndian(numbers),
            BinaryPrimitives.ReadInt64BigEndian(numbers[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(numbers[16..]),
            numbers[24]
        );
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        var numbers = bytes[ActivityPlace.Length..];
        Last.Write(bytes);
        BinaryPrimitives.WriteInt64BigEndian(numbers, Floor);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], Newest);
        BinaryPrimitives.WriteUInt64BigEndian(numbers[16..], Sum);
        numbers[24] = Round;
        return Base64Url.EncodeToString(bytes);
    }
}
