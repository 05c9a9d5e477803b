using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;
using Microsoft.Extensions.Options;
using ConversationKind = Connect.Contracts.Conversations.ConversationKind;

namespace Connect.Gateway.Commands;

/// <summary>Pages of a user's conversations, newest activity first; for sessions and for HTTP.</summary>
internal sealed class ConversationList(
    IConversationIndex index,
    IConversationReader reader,
    KnownUsers users,
    IOptions<GatewayOptions> options
)
{
    private const int SummaryBytes = 600;
    private const int MarksBytes = 120;
    private const int ViewsPerRead = 100;

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
        var newest = await ReadNewestAsync(user, await FindIdsAsync(user, asked), after, limit);
        return await MakePageAsync(newest, limit);
    }

    private async ValueTask<ImmutableArray<ConversationId>> FindIdsAsync(UserId user, ConversationsRequest asked)
    {
        if (asked.Ids.Count == 0)
        {
            var rows = await index.ListAsync(user, CancellationToken.None);
            return [.. rows.Select(row => row.Conversation)];
        }

        // An id that is none is like one that does not exist: left out.
        return
        [
            .. asked
                .Ids.Select(text => ConversationId.TryParse(text, out var id) ? id : default)
                .Where(id => !id.IsNone)
                .Distinct(),
        ];
    }

    /// <summary>
    /// The first <paramref name="limit"/> + 1 behind the cursor. The order is that of activity, which only the
    /// conversations know, so all are looked at; only the best are kept.
    /// </summary>
    private async Task<SortedDictionary<ActivityCursor, ConversationView>> ReadNewestAsync(
        UserId user,
        ImmutableArray<ConversationId> ids,
        ActivityCursor after,
        int limit
    )
    {
        var newest = new SortedDictionary<ActivityCursor, ConversationView>();
        foreach (var chunk in ids.Chunk(ViewsPerRead))
        {
            var views = await reader.ReadViewsAsync(user, ImmutableArray.Create(chunk), CancellationToken.None);
            foreach (var view in views)
            {
                var place = new ActivityCursor(view.Last?.Time ?? 0, view.Conversation);
                if (place.CompareTo(after) > 0 && !view.Flags.HasFlag(MemberFlags.Declined))
                {
                    newest[place] = view;
                    if (newest.Count > limit + 1)
                    {
                        newest.Remove(newest.Last().Key);
                    }
                }
            }
        }

        return newest;
    }

    private async Task<ConversationsPage> MakePageAsync(
        SortedDictionary<ActivityCursor, ConversationView> newest,
        int limit
    )
    {
        var page = new ConversationsPage();
        var budget = new PageBudget(options.Value.PageBytes, limit);
        var last = default(ActivityCursor);
        foreach (var (place, view) in newest)
        {
            var size = SummaryBytes + (view.Others.Length * MarksBytes) + (view.Last?.WireSize() ?? 0);
            if (!budget.TrySpend(size))
            {
                page.Next = last.ToString();
                break;
            }

            page.Items.Add(await SummariseAsync(view));
            last = place;
        }

        return page;
    }

    public async ValueTask<ConversationSummary> SummariseAsync(ConversationView view)
    {
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
        };
        summary.Others.Add(view.Others.Select(other => ToMarks(view, other)));
        (summary.DeliveredCount, summary.ReadCount) = ((uint)view.Counts.Delivered, (uint)view.Counts.Read);
        if (view.Kind == ConversationKind.Direct && view.Others is [var peer])
        {
            summary.Peer = peer.User.ToString();
            summary.PeerUsername = await users.FindNameAsync(peer.User) ?? "";
        }

        return summary;
    }

    /// <summary>
    /// Who has not accepted the other's request, and whoever blocks or is blocked, shows the other no marks.
    /// </summary>
    private static Protocol.V1.MemberMarks ToMarks(ConversationView view, Member member)
    {
        var isShown = member.Flags == MemberFlags.None && !view.Flags.HasFlag(MemberFlags.Blocks);
        return new()
        {
            User = member.User.ToString(),
            Delivered = isShown ? (ulong)member.Marks.Delivered : 0,
            Read = isShown ? (ulong)member.Marks.Read : 0,
        };
    }
}
