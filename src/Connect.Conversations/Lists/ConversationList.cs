using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.State;
using Microsoft.Extensions.Options;
using ConversationKind = Connect.Contracts.Conversations.ConversationKind;

namespace Connect.Conversations.Lists;

/// <summary>Which conversations a list shows.</summary>
public enum ListFilter
{
    /// <summary>All that are not hidden; with ids: exactly these.</summary>
    None,

    /// <summary>Without message requests.</summary>
    Accepted,

    /// <summary>Message requests alone.</summary>
    Requests,

    /// <summary>Hidden ones alone.</summary>
    Hidden,
}

/// <summary>What is asked of the list.</summary>
/// <param name="After">The <see cref="ConversationListPage.Next"/> of the page before; empty: from the top.</param>
/// <param name="Limit">Conversations at most; 0 = <see cref="ReadingOptions.DefaultPageItems"/>.</param>
/// <param name="Filter">Which.</param>
/// <param name="Ids">Exactly these, as the caller wrote them; none: the list.</param>
public sealed record ListQuestion(string After, uint Limit, ListFilter Filter, IReadOnlyList<string> Ids);

/// <summary>A page of the list.</summary>
/// <param name="Items">Newest activity first.</param>
/// <param name="Next">Where the next page begins; empty: this was the last.</param>
public sealed record ConversationListPage(IReadOnlyList<ListedConversation> Items, string Next);

/// <summary>A conversation as one of its members sees it.</summary>
/// <param name="View">What the store says.</param>
/// <param name="Row">The member's own row of it.</param>
/// <param name="MutedUntil">In milliseconds since the epoch; 0: not muted now.</param>
/// <param name="Others">Marks of the others, where there are few.</param>
/// <param name="DeliveredCount">Of the member's newest message, where there are many: who holds it.</param>
/// <param name="ReadCount">And who has read it.</param>
/// <param name="Peer">The other one of a direct conversation; none otherwise.</param>
/// <param name="PeerName">Their name; empty when they are gone.</param>
public sealed record ListedConversation(
    ConversationView View,
    IndexRow Row,
    long MutedUntil,
    ImmutableArray<MarkChange> Others,
    uint DeliveredCount,
    uint ReadCount,
    UserId Peer,
    string PeerName
);

/// <summary>
/// Pages of a user's conversations, newest activity first. A short list is sorted by the heads of all its
/// conversations; a long one is read in its stored order, so a page costs the page, whatever the length of the list.
/// </summary>
public sealed class ConversationList(
    IConversationIndex index,
    IConversationReader reader,
    IUserNames users,
    IRelations relations,
    RecentMoves moves,
    TimeProvider time,
    IOptions<ReadingOptions> options
)
{
    /// <summary>Conversations up to which a list is short.</summary>
    public const int ShortList = 200;

    /// <summary>
    /// Conversations asked for by id up to which those of many members say who holds the reader's newest message. It
    /// takes a look at every member and what they hide, so a page of the list does not.
    /// </summary>
    private const int CountedIds = 4;

    private const int SummaryBytes = 600;
    private const int MarksBytes = 120;
    private const int EndedBytes = 64;

    public async Task<Answer<ConversationListPage>> ReadAsync(UserId user, ListQuestion asked)
    {
        if (asked.Limit > ReadingOptions.PageItems)
        {
            return new Refusal(RefusalReason.Invalid, Field: "limit");
        }

        var limit = asked.Limit == 0 ? ReadingOptions.DefaultPageItems : (int)asked.Limit;
        if (PlacedCursor.TryParse(asked.After, out var placed) && asked.Ids.Count == 0)
        {
            return await ReadPlacedAsync(user, placed, asked.Filter, limit);
        }

        if (!ActivityCursor.TryParse(asked.After, out var after))
        {
            return new Refusal(RefusalReason.Invalid, Field: "after");
        }

        if (
            asked.Ids.Count == 0
            && (await index.CountAsync(user, CancellationToken.None) > ShortList || asked.Filter == ListFilter.Requests)
        )
        {
            return await ReadPlacedAsync(user, PlacedCursor.Start, asked.Filter, limit);
        }

        var rows = await FindRowsAsync(user, asked);
        var activity = await reader.ReadActivityAsync([.. rows.Keys], CancellationToken.None);
        var places = activity
            .Where(each => IsListed(rows[each.Conversation], each.Head, asked))
            .Select(each => new ActivityPlace(each.Time, each.Conversation));
        var budget = new RowBudget(asked.Ids.Count);
        budget.Spend(1 + (2 * rows.Count));
        var isCounted = asked.Ids.Count is > 0 and <= CountedIds;
        return await MakePageAsync(user, rows, new(places, after), asked.Filter, limit, budget, isCounted);
    }

    private async Task<ConversationListPage> ReadPlacedAsync(
        UserId user,
        PlacedCursor cursor,
        ListFilter filter,
        int limit
    )
    {
        var page = new PlacedPage(index, reader, moves, user, filter, new(options.Value.PageBytes, limit));
        var next = await page.ReadAsync(cursor, limit);
        var items = new List<ListedConversation>(page.Shown.Count);
        foreach (var (view, row) in page.Shown)
        {
            items.Add(await SummariseAsync(user, view, row));
        }

        return new(items, next?.ToString() ?? "");
    }

    /// <summary>What a conversation is thought to take of a page.</summary>
    internal static int SizeOf(ConversationView view) =>
        SummaryBytes
        + (view.Others.Length * MarksBytes)
        + (CountEnded(view) * EndedBytes)
        + (view.Last is { } last ? EntryWeight.Of(last) : 0);

    /// <summary>The rows of the list, or of what is asked for by id.</summary>
    private async ValueTask<Dictionary<ConversationId, IndexRow>> FindRowsAsync(UserId user, ListQuestion asked)
    {
        if (asked.Ids.Count == 0)
        {
            var all = await index.ListAsync(user, CancellationToken.None);
            return all.ToDictionary(row => row.Conversation);
        }

        var rows = new Dictionary<ConversationId, IndexRow>();
        foreach (var text in asked.Ids)
        {
            // An id that is none is like one that does not exist: left out.
            if (ConversationId.TryParse(text, out var id) && !id.IsNone && !rows.ContainsKey(id))
            {
                rows[id] = await index.FindAsync(user, id, CancellationToken.None) ?? new(user, id, default, 0);
            }
        }

        return rows;
    }

    /// <summary>By its place in the list alone; whether it is a request is seen when it is read.</summary>
    private static bool IsListed(in IndexRow row, long head, ListQuestion asked) =>
        asked.Filter switch
        {
            ListFilter.Hidden => row.HiddenThrough >= head,
            ListFilter.None when asked.Ids.Count > 0 => true,
            _ => row.HiddenThrough < head,
        };

    private async Task<ConversationListPage> MakePageAsync(
        UserId user,
        Dictionary<ConversationId, IndexRow> rows,
        ActivityPaging paging,
        ListFilter filter,
        int limit,
        RowBudget reads,
        bool isCounted
    )
    {
        var items = new List<ListedConversation>();
        var budget = new PageBudget(options.Value.PageBytes, limit);
        var isFull = false;
        while (!isFull && reads.Room(RowBudget.MostViewRows, limit - items.Count) is > 0 and var room)
        {
            ImmutableArray<ConversationId> ids = [.. NextIds(paging, room)];
            if (ids.IsEmpty)
            {
                break;
            }

            var read = await reader.ReadViewsAsync(user, ids, CancellationToken.None);
            reads.Spend(ids.Length, read);
            var views = read.Where(view => IsShown(view.Flags, filter)).ToDictionary(view => view.Conversation);
            foreach (var id in ids)
            {
                if (views.TryGetValue(id, out var view))
                {
                    isFull = !budget.TrySpend(SizeOf(view));
                    if (isFull)
                    {
                        break;
                    }

                    items.Add(await SummariseAsync(user, view, rows[id], isCounted));
                    reads.Show();
                }

                paging.Take();
            }
        }

        return new(items, paging.ToCursor()?.ToString() ?? "");
    }

    private static IEnumerable<ConversationId> NextIds(ActivityPaging paging, int count) =>
        paging.Left[..Math.Min(count, paging.Left.Length)].ToArray().Select(place => place.Conversation);

    private static int CountEnded(ConversationView view) =>
        view.Marks.Ended.All.Length + view.Others.Sum(other => other.Marks.Ended.All.Length);

    internal static bool IsShown(MemberFlags own, ListFilter filter) =>
        !own.HasFlag(MemberFlags.Declined)
        && filter switch
        {
            ListFilter.Accepted => !own.HasFlag(MemberFlags.Request),
            ListFilter.Requests => own.HasFlag(MemberFlags.Request),
            _ => true,
        };

    /// <summary>A conversation as one of its members sees it.</summary>
    /// <param name="row">The user's own row of it.</param>
    /// <param name="isCounted">In a conversation of many: with who holds the user's newest message.</param>
    public async ValueTask<ListedConversation> SummariseAsync(
        UserId user,
        ConversationView view,
        IndexRow row,
        bool isCounted = false
    )
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var newest = isCounted
            ? await reader.ReadOwnNewestAsync(user, view.Conversation, CancellationToken.None)
            : null;
        ImmutableArray<UserId> concerned =
        [
            user,
            .. view.Others.Concat(newest?.Others ?? []).Select(other => other.User),
        ];
        var privacy = await ReceiptPrivacy.ReadAsync(relations, concerned, CancellationToken.None);
        var marks = new VisibleMarks(user, view.Flags, privacy);
        var (delivered, read) = newest is not null ? marks.Count(newest.Others, newest.Seq) : default;
        var peer = view.Kind == ConversationKind.Direct && view.Others is [var other] ? other.User : default;
        return new(
            view,
            row,
            row.MutedUntil > now ? row.MutedUntil : 0,
            [.. view.Others.Select(marks.Of)],
            delivered,
            read,
            peer,
            peer.IsNone ? "" : await users.FindNameAsync(peer) ?? ""
        );
    }
}
