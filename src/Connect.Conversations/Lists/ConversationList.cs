using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
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
/// Pages of a user's conversations, newest activity first. A page costs one read of the
/// user's index, one of all heads, and a view of each conversation that it shows.
/// </summary>
public sealed class ConversationList(
    IConversationIndex index,
    IConversationReader reader,
    IUserNames users,
    IRelations relations,
    TimeProvider time,
    IOptions<ReadingOptions> options
)
{
    private const int SummaryBytes = 600;
    private const int MarksBytes = 120;
    private const int EndedBytes = 64;
    private const int RowsPerRead = 200;

    public async Task<Answer<ConversationListPage>> ReadAsync(UserId user, ListQuestion asked)
    {
        if (asked.Limit > ReadingOptions.PageItems)
        {
            return new Refusal(RefusalReason.Invalid, Field: "limit");
        }

        if (!ActivityCursor.TryParse(asked.After, out var after))
        {
            return new Refusal(RefusalReason.Invalid, Field: "after");
        }

        var limit = asked.Limit == 0 ? ReadingOptions.DefaultPageItems : (int)asked.Limit;
        var rows = await FindRowsAsync(user, asked);
        var activity = await reader.ReadActivityAsync([.. rows.Keys], CancellationToken.None);
        var places = activity
            .Where(each => IsListed(rows[each.Conversation], each.Head, asked))
            .Select(each => new ActivityPlace(each.Time, each.Conversation));
        return await MakePageAsync(user, rows, new(places, after), asked.Filter, limit);
    }

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
        int limit
    )
    {
        var items = new List<ListedConversation>();
        var budget = new PageBudget(options.Value.PageBytes, limit);
        await foreach (var view in ReadViewsAsync(user, paging.Left.ToArray(), filter, limit))
        {
            if (view is not null)
            {
                var size =
                    SummaryBytes
                    + (view.Others.Length * MarksBytes)
                    + (CountEnded(view) * EndedBytes)
                    + (view.Last is { } last ? EntryWeight.Of(last) : 0);
                if (!budget.TrySpend(size))
                {
                    break;
                }

                items.Add(await SummariseAsync(user, view, rows[view.Conversation]));
            }

            paging.Take();
            if (items.Count == limit)
            {
                break;
            }
        }

        return new(items, paging.ToCursor()?.ToString() ?? "");
    }

    private static int CountEnded(ConversationView view) =>
        view.Marks.Ended.All.Length + view.Others.Sum(other => other.Marks.Ended.All.Length);

    /// <summary>
    /// The view of each place, in their order, read in parts as they are asked for; null for what is not to be shown.
    /// </summary>
    private async IAsyncEnumerable<ConversationView?> ReadViewsAsync(
        UserId user,
        ActivityPlace[] places,
        ListFilter filter,
        int wanted
    )
    {
        for (var from = 0; from < places.Length; )
        {
            var part = places[from..Math.Min(places.Length, from + (IsRare(filter) ? RowsPerRead : wanted))];
            from += part.Length;
            ImmutableArray<ConversationId> ids = [.. part.Select(place => place.Conversation)];
            var views = (await ReadShownAsync(user, ids, filter)).ToDictionary(view => view.Conversation);
            foreach (var id in ids)
            {
                yield return views.GetValueOrDefault(id);
            }
        }
    }

    /// <summary>Most conversations are not what is asked for: the own row of each is looked at first.</summary>
    private static bool IsRare(ListFilter filter) => filter == ListFilter.Requests;

    private async ValueTask<IEnumerable<ConversationView>> ReadShownAsync(
        UserId user,
        ImmutableArray<ConversationId> ids,
        ListFilter filter
    )
    {
        if (IsRare(filter))
        {
            var own = await reader.ReadMembershipsAsync(user, ids, CancellationToken.None);
            ids = [.. own.Where(each => IsShown(each.Member.Flags, filter)).Select(each => each.Conversation)];
        }

        var views = ids.IsEmpty ? [] : await reader.ReadViewsAsync(user, ids, CancellationToken.None);
        return views.Where(view => IsShown(view.Flags, filter));
    }

    private static bool IsShown(MemberFlags own, ListFilter filter) =>
        !own.HasFlag(MemberFlags.Declined)
        && filter switch
        {
            ListFilter.Accepted => !own.HasFlag(MemberFlags.Request),
            ListFilter.Requests => own.HasFlag(MemberFlags.Request),
            _ => true,
        };

    /// <summary>A conversation as one of its members sees it.</summary>
    /// <param name="row">The user's own row of it.</param>
    public async ValueTask<ListedConversation> SummariseAsync(UserId user, ConversationView view, IndexRow row)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        ImmutableArray<UserId> concerned = [user, .. view.Others.Concat(view.Crowd).Select(other => other.User)];
        var privacy = await ReceiptPrivacy.ReadAsync(relations, concerned, CancellationToken.None);
        var marks = new VisibleMarks(user, view.Flags, privacy);
        var (delivered, read) = view.OwnNewest > 0 ? marks.Count(view.Crowd, view.OwnNewest) : default;
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
