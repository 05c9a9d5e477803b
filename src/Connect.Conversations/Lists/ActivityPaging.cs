using System.Buffers.Binary;
using System.Buffers.Text;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.Lists;

/// <summary>
/// The next page of the list, when activity moves between two pages. The list is told from the newest place down; when
/// the end is reached and anything moved meanwhile, a further round tells again what is newer than the beginning of the
/// round before, and so on: so nothing is missed, and what moved may come twice. Pure.
/// </summary>
internal sealed class ActivityPaging
{
    /// <summary>
    /// An entry shows a little after its time, and the clocks of two nodes differ by a little: a round goes down so far
    /// below the newest place of the one before.
    /// </summary>
    public const long SlackMilliseconds = 30_000;

    /// <summary>Then it ends, whatever still moves: a client that reads so slowly learns of it by pushes.</summary>
    public const int MaxRounds = 16;

    private readonly ActivityPlace[] _places;
    private readonly ActivityCursor _cursor;
    private readonly int _first;
    private readonly int _end;
    private int _next;

    /// <param name="places">All places there are now, in any order.</param>
    /// <param name="cursor">Where the page before ended.</param>
    public ActivityPaging(IEnumerable<ActivityPlace> places, ActivityCursor cursor)
    {
        _places = [.. places.Order()];
        _cursor =
            cursor.Last == ActivityPlace.Start
                ? cursor with
                {
                    Newest = _places.Length == 0 ? 0 : _places[0].Time,
                    Sum = Sum(),
                }
                : cursor;
        _first = CountTold(cursor.Last);
        _end = _places.Count(place => place.Time >= cursor.Floor);
        _next = _first;
    }

    /// <summary>What this round has left, newest first.</summary>
    public ReadOnlySpan<ActivityPlace> Left => _places.AsSpan(_next, Math.Max(0, _end - _next));

    /// <summary>The next one is dealt with.</summary>
    public void Take() => _next++;

    /// <summary>From where the next page goes on; null when this one was the last.</summary>
    public ActivityCursor? ToCursor()
    {
        if (_next < _end)
        {
            return _next == _first ? _cursor : _cursor with { Last = _places[_next - 1] };
        }

        return _cursor.Sum == Sum() || _cursor.Round == MaxRounds
            ? null
            : ActivityCursor.Start with
            {
                Floor = Math.Max(0, _cursor.Newest - SlackMilliseconds),
                Round = (byte)(_cursor.Round + 1),
            };
    }

    private int CountTold(ActivityPlace last)
    {
        var found = Array.BinarySearch(_places, last);
        return found < 0 ? ~found : found + 1;
    }

    /// <summary>Of all places, in whichever order they stand.</summary>
    private ulong Sum()
    {
        var sum = 0UL;
        foreach (var place in _places)
        {
            var id = place.Conversation.Value;
            sum += Mix((ulong)place.Time ^ Mix((ulong)id ^ Mix((ulong)(id >> 64))));
        }

        return sum;
    }

    /// <summary>Spreads a number over all 64 bits (the finaliser of SplitMix64).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}

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
