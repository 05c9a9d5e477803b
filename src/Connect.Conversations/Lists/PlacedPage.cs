using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.State;

namespace Connect.Conversations.Lists;

/// <summary>
/// A page of a long list in its stored order, which may be an hour behind. The first page also looks at what this node
/// knows to have moved last, and shows the newest of both; the pages after it go through the stored order from its
/// top, so that nothing is missed and some come twice. What is placed anew while a client reads stands above all it
/// began with, and a further round tells that alone. ADR 0015 says how the stored order comes about; "the words" of
/// docs/architecture.md say what a place and a shelf are.
/// </summary>
/// <param name="index">The user's rows.</param>
/// <param name="reader">The views.</param>
/// <param name="moves">What moved last.</param>
/// <param name="user">Whose list.</param>
/// <param name="filter">Which part of it.</param>
/// <param name="budget">How much the page may hold.</param>
internal sealed class PlacedPage(
    IConversationIndex index,
    IConversationReader reader,
    RecentMoves moves,
    UserId user,
    ListFilter filter,
    PageBudget budget
)
{
    /// <summary>
    /// Places of the first look at a list: with what moved last, all of them can be read within the budget of rows.
    /// </summary>
    private const int FirstPlaces = 20;

    /// <summary>Then the reading ends, whatever still moves: so slow a client learns of it by pushes.</summary>
    public const int MaxRounds = 4;

    /// <summary>What belongs on the page but had no room on it: the next page begins with it.</summary>
    private readonly HashSet<ConversationId> _noRoom = [];
    private readonly RowBudget _rows = new();
    private bool _isFull;

    /// <summary>What the page shows, newest activity first.</summary>
    public List<(ConversationView View, IndexRow Row)> Shown { get; } = [];

    private ListShelf Shelf =>
        filter switch
        {
            ListFilter.Requests => ListShelf.Requests,
            ListFilter.Hidden => ListShelf.Hidden,
            _ => ListShelf.All,
        };

    /// <summary>Fills the page; from where the next one goes on, or null when this was the last.</summary>
    public async Task<PlacedCursor?> ReadAsync(PlacedCursor cursor, int limit)
    {
        // The tally that said the list is long, and the place that tells whether a round has ended.
        _rows.Spend(2);
        var next = cursor.IsStart ? await ReadFirstAsync(limit) : await ReadNextAsync(cursor, limit);
        Shown.Sort((one, other) => Place(other.View).CompareTo(Place(one.View)));
        return next;
    }

    private static (long Time, ConversationId Id) Place(ConversationView view) =>
        (view.Last?.Time ?? 0, view.Conversation);

    private async Task<PlacedCursor?> ReadFirstAsync(int limit)
    {
        var wanted = Math.Min(limit, FirstPlaces);
        var places = await ReadPlacesAsync(ListPlace.Start, wanted);
        var newest = places.IsEmpty ? 0 : places[0].Time;
        ImmutableArray<ConversationId> candidates =
        [
            .. places.Select(place => place.Conversation).Concat(moves.Of(user)).Distinct(),
        ];
        var rows = await FindRowsAsync(candidates);
        var activity = await ReadActivityAsync(rows);
        ImmutableArray<ConversationId> best =
        [
            .. activity
                .OrderByDescending(each => (each.Time, each.Conversation))
                .Select(each => each.Conversation)
                .Take(limit),
        ];
        await ShowAsync(best, rows);

        // Told is what stands at the top of the stored order without a gap; what the page left out comes next.
        var left = activity.Select(each => each.Conversation).Except(best).Concat(_noRoom).ToHashSet();
        var told = places.TakeWhile(place => !left.Contains(place.Conversation)).ToList();
        if (told.Count == places.Length && places.Length < wanted)
        {
            return null;
        }

        var cursor = new PlacedCursor(told.Count == 0 ? ListPlace.Start : told[^1], 0, newest, 0);
        return await ReadNextAsync(cursor, limit);
    }

    private async Task<PlacedCursor?> ReadNextAsync(PlacedCursor cursor, int limit)
    {
        var last = cursor.Last;
        while (Shown.Count < limit && !_isFull)
        {
            var wanted = _rows.Room(RowBudget.PlaceRows + RowBudget.MostViewRows, limit - Shown.Count);
            if (wanted == 0)
            {
                break;
            }

            var places = await ReadPlacesAsync(last, wanted);
            var fresh = places.Where(place => place.Time > cursor.Floor).Select(place => place.Conversation).ToList();
            var rows = await FindRowsAsync([.. fresh.Except(Shown.Select(each => each.View.Conversation))]);
            var activity = await ReadActivityAsync(rows);
            await ShowAsync([.. activity.Select(each => each.Conversation)], rows);
            if (_isFull)
            {
                // What had no room comes first on the next page: all of this part again, unless it began the page.
                last = After(places, last);
                break;
            }

            last = places.IsEmpty ? last : places[^1];
            if (places.Length < wanted || fresh.Count < places.Length)
            {
                return await EndRoundAsync(cursor);
            }
        }

        return cursor with
        {
            Last = last,
        };
    }

    /// <summary>The last place that was told, before the first of those that the page had no room for.</summary>
    private ListPlace After(ImmutableArray<ListPlace> places, ListPlace last)
    {
        var shown = Shown.Select(each => each.View.Conversation).ToHashSet();
        foreach (var place in places)
        {
            if (_noRoom.Contains(place.Conversation) && !shown.Contains(place.Conversation))
            {
                break;
            }

            last = place;
        }

        return last;
    }

    private async Task<PlacedCursor?> EndRoundAsync(PlacedCursor cursor)
    {
        var top = await index.ReadPlacesAsync(user, Shelf, ListPlace.Start, 1, CancellationToken.None);
        return top is [var first] && first.Time > cursor.Newest && cursor.Round < MaxRounds
            ? new PlacedCursor(ListPlace.Start, cursor.Newest - 1, first.Time, (byte)(cursor.Round + 1))
            : null;
    }

    private async ValueTask<ImmutableArray<ListPlace>> ReadPlacesAsync(ListPlace after, int limit)
    {
        var places = await index.ReadPlacesAsync(user, Shelf, after, limit, CancellationToken.None);
        _rows.Spend(places.Length);
        return places;
    }

    private async ValueTask<Dictionary<ConversationId, IndexRow>> FindRowsAsync(ImmutableArray<ConversationId> ids)
    {
        _rows.Spend(ids.Length);
        var rows = await index.FindManyAsync(user, ids, CancellationToken.None);
        return rows.OfType<IndexRow>().ToDictionary(row => row.Conversation);
    }

    /// <summary>The heads of those that the list shows by what their rows say.</summary>
    private async ValueTask<List<ConversationActivity>> ReadActivityAsync(Dictionary<ConversationId, IndexRow> rows)
    {
        _rows.Spend(rows.Count);
        var heads = rows.Count == 0 ? [] : await reader.ReadActivityAsync([.. rows.Keys], CancellationToken.None);
        return
        [
            .. heads.Where(each => rows[each.Conversation].HiddenThrough >= each.Head == (filter == ListFilter.Hidden)),
        ];
    }

    private async ValueTask ShowAsync(ImmutableArray<ConversationId> ids, Dictionary<ConversationId, IndexRow> rows)
    {
        var views = ids.IsEmpty ? [] : await reader.ReadViewsAsync(user, ids, CancellationToken.None);
        _rows.Spend(ids.Length, views);
        foreach (var view in views.Where(view => ConversationList.IsShown(view.Flags, filter)))
        {
            if (_isFull || !budget.TrySpend(ConversationList.SizeOf(view)))
            {
                _isFull = true;
                _noRoom.Add(view.Conversation);
                continue;
            }

            Shown.Add((view, rows[view.Conversation]));
            _rows.Show();
        }
    }
}

/// <summary>How far a client has read a long list. Opaque on the wire.</summary>
/// <param name="Last">All places of this round before this one, and itself, are told.</param>
/// <param name="Floor">The round tells what was placed after this time.</param>
/// <param name="Newest">The newest place when the round began.</param>
/// <param name="Round">0 for the whole list, above it for what moved meanwhile.</param>
internal readonly record struct PlacedCursor(ListPlace Last, long Floor, long Newest, byte Round)
{
    private const int Length = ListPlace.Length + (2 * sizeof(long)) + 1;
    private const int TextLength = 55;

    /// <summary>Nothing is told yet.</summary>
    public static readonly PlacedCursor Start = new(ListPlace.Start, 0, -1, 0);

    /// <summary>This is the first page.</summary>
    public bool IsStart => Newest < 0;

    /// <summary>False for a cursor of another kind, and for an empty one.</summary>
    public static bool TryParse(string text, out PlacedCursor cursor)
    {
        cursor = Start;
        Span<byte> bytes = stackalloc byte[Length];
        if (
            text.Length != TextLength
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || written != Length
        )
        {
            return false;
        }

        var numbers = bytes[ListPlace.Length..];
        cursor = new(
            ListPlace.Read(bytes),
            BinaryPrimitives.ReadInt64BigEndian(numbers),
            BinaryPrimitives.ReadInt64BigEndian(numbers[8..]),
            numbers[16]
        );
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        var numbers = bytes[ListPlace.Length..];
        Last.Write(bytes);
        BinaryPrimitives.WriteInt64BigEndian(numbers, Floor);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], Newest);
        numbers[16] = Round;
        return Base64Url.EncodeToString(bytes);
    }
}
