using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;
using Microsoft.Extensions.Options;
using ConversationKind = Connect.Contracts.Conversations.ConversationKind;

namespace Connect.Gateway.Commands;

/// <summary>
/// Pages of a user's conversations, newest activity first; for sessions and for HTTP. A page costs one read of the
/// user's index, one of all heads, and a view of each conversation that it shows.
/// </summary>
internal sealed class ConversationList(
    IConversationIndex index,
    IConversationReader reader,
    KnownUsers users,
    IRelations relations,
    TimeProvider time,
    IOptions<GatewayOptions> options
)
{
    private const int SummaryBytes = 600;
    private const int MarksBytes = 120;
    private const int RowsPerRead = 200;

    public async Task<Answer<ConversationsPage>> ReadAsync(UserId user, ConversationsRequest asked)
    {
        if (asked.Limit > ProtocolLimits.PageItems)
        {
            return new Refusal(ErrorCode.Invalid, Field: "limit");
        }

        if (!ActivityCursor.TryParse(asked.After, out var after))
        {
            return new Refusal(ErrorCode.Invalid, Field: "after");
        }

        var limit = asked.Limit == 0 ? ProtocolLimits.DefaultPageItems : (int)asked.Limit;
        var rows = await FindRowsAsync(user, asked);
        var activity = await reader.ReadActivityAsync([.. rows.Keys], CancellationToken.None);
        var places = activity
            .Where(each => IsListed(rows[each.Conversation], each.Head, asked))
            .Select(each => new ActivityPlace(each.Time, each.Conversation));
        return await MakePageAsync(user, rows, new(places, after), asked.Filter, limit);
    }

    /// <summary>The rows of the list, or of what is asked for by id.</summary>
    private async ValueTask<Dictionary<ConversationId, IndexRow>> FindRowsAsync(UserId user, ConversationsRequest asked)
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
    private static bool IsListed(in IndexRow row, long head, ConversationsRequest asked) =>
        asked.Filter switch
        {
            ConversationFilter.Hidden => row.HiddenThrough >= head,
            ConversationFilter.Unspecified when asked.Ids.Count > 0 => true,
            _ => row.HiddenThrough < head,
        };

    private async Task<ConversationsPage> MakePageAsync(
        UserId user,
        Dictionary<ConversationId, IndexRow> rows,
        ActivityPaging paging,
        ConversationFilter filter,
        int limit
    )
    {
        var page = new ConversationsPage();
        var budget = new PageBudget(options.Value.PageBytes, limit);
        await foreach (var view in ReadViewsAsync(user, paging.Left.ToArray(), filter, limit))
        {
            if (view is not null)
            {
                var size = SummaryBytes + (view.Others.Length * MarksBytes) + (view.Last?.WireSize() ?? 0);
                if (!budget.TrySpend(size))
                {
                    break;
                }

                page.Items.Add(await SummariseAsync(user, view, rows[view.Conversation]));
            }

            paging.Take();
            if (page.Items.Count == limit)
            {
                break;
            }
        }

        page.Next = paging.ToCursor()?.ToString() ?? "";
        return page;
    }

    /// <summary>
    /// The view of each place, in their order, read in parts as they are asked for; null for what is not to be shown.
    /// </summary>
    private async IAsyncEnumerable<ConversationView?> ReadViewsAsync(
        UserId user,
        ActivityPlace[] places,
        ConversationFilter filter,
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
    private static bool IsRare(ConversationFilter filter) => filter == ConversationFilter.Requests;

    private async ValueTask<IEnumerable<ConversationView>> ReadShownAsync(
        UserId user,
        ImmutableArray<ConversationId> ids,
        ConversationFilter filter
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

    private static bool IsShown(MemberFlags own, ConversationFilter filter) =>
        !own.HasFlag(MemberFlags.Declined)
        && filter switch
        {
            ConversationFilter.Accepted => !own.HasFlag(MemberFlags.Request),
            ConversationFilter.Requests => own.HasFlag(MemberFlags.Request),
            _ => true,
        };

    /// <summary>A conversation as one of its members sees it.</summary>
    /// <param name="row">The user's own row of it.</param>
    public async ValueTask<ConversationSummary> SummariseAsync(UserId user, ConversationView view, IndexRow row)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var summary = new ConversationSummary
        {
            Id = view.Conversation.ToString(),
            Kind = (Protocol.V1.ConversationKind)view.Kind,
            Title = view.Title ?? "",
            MemberCount = (uint)view.MemberCount,
            Role = (Role)view.Role,
            Head = (ulong)view.Head,
            Last = view.Last?.ToWire(view.Conversation),
            Delivered = (ulong)view.Marks.Delivered,
            Read = (ulong)view.Marks.Read,
            Request = view.Flags.HasFlag(MemberFlags.Request),
            Unread = (uint)Math.Min(view.Unread, ProtocolLimits.UnreadCap),
            MutedUntil = row.MutedUntil > now ? (ulong)row.MutedUntil : 0,
            Hidden = row.HiddenThrough >= view.Head,
        };
        await AddMarksAsync(summary, user, view);
        if (view.Kind == ConversationKind.Direct && view.Others is [var peer])
        {
            summary.Peer = peer.User.ToString();
            summary.PeerUsername = await users.FindNameAsync(peer.User) ?? "";
        }

        return summary;
    }

    private async ValueTask AddMarksAsync(ConversationSummary summary, UserId user, ConversationView view)
    {
        ImmutableArray<UserId> concerned = [user, .. view.Others.Concat(view.Crowd).Select(other => other.User)];
        var privacy = await ReceiptPrivacy.ReadAsync(relations, concerned, CancellationToken.None);
        var marks = new ShownMarks(user, view.Flags, privacy);
        summary.Others.Add(view.Others.Select(marks.Of));
        if (view.OwnNewest > 0)
        {
            (summary.DeliveredCount, summary.ReadCount) = marks.Count(view.Crowd, view.OwnNewest);
        }
    }
}
