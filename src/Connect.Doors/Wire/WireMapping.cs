using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.Lists;
using Connect.Delivery.Watching;
using Connect.Protocol;
using Connect.Protocol.V1;
using AppendResult = Connect.Contracts.Conversations.AppendResult;
using AppendStatus = Connect.Contracts.Conversations.AppendStatus;
using Entry = Connect.Contracts.Conversations.Entry;
using WireEntry = Connect.Protocol.V1.Entry;

namespace Connect.Doors.Wire;

/// <summary>Maps the cluster's records to the messages of the wire.</summary>
public static class WireMapping
{
    /// <summary>Reasons and codes share their names and their numbers.</summary>
    public static ErrorCode ToErrorCode(this RefusalReason reason) => (ErrorCode)reason;

    /// <summary>The one place that knows which body a kind has; a kind of a newer server has none here.</summary>
    public static WireEntry ToWire(this Entry entry, ConversationId conversation)
    {
        var wire = new WireEntry
        {
            Conversation = conversation.ToString(),
            Seq = (ulong)entry.Seq,
            Time = (ulong)entry.Time,
            From = entry.From.ToString(),
            Kind = (Protocol.V1.EntryKind)entry.Kind,
        };
        if (entry.Kind.CarriesText())
        {
            wire.Cid = entry.Cid.ToString();
            wire.Text = Encoding.UTF8.GetString(entry.Body.Span);
        }
        else if (entry.Kind.IsChange())
        {
            wire.Change = Contracts.Conversations.EntryChange.Decode(entry.Body.Span).ToWire();
        }

        return wire;
    }

    private static Protocol.V1.EntryChange ToWire(this Contracts.Conversations.EntryChange change)
    {
        var wire = new Protocol.V1.EntryChange
        {
            User = change.User.IsNone ? "" : change.User.ToString(),
            Role = (Role)change.Role,
            Title = change.Title ?? "",
        };
        wire.Users.Add(change.Users.Select(user => user.ToString()));
        return wire;
    }

    public static Skipped ToWire(this SkippedRange range, ConversationId conversation) =>
        new()
        {
            Conversation = conversation.ToString(),
            From = (ulong)range.From,
            To = (ulong)range.To,
            Why = (Protocol.V1.SkipReason)range.Why,
        };

    public static Sent ToSent(this AppendResult result, ConversationId conversation, Cid cid) =>
        new()
        {
            Cid = cid.ToString(),
            Conversation = conversation.ToString(),
            Seq = (ulong)result.Seq,
            Time = (ulong)result.Time,
            Duplicate = result.Status == AppendStatus.Duplicate,
        };

    public static ConversationChanged ToNotice(
        ConversationId conversation,
        UserId contact,
        ConversationNotice notice
    ) =>
        new()
        {
            Conversation = conversation.ToString(),
            Over = notice == ConversationNotice.Over,
            Contact = contact.IsNone ? "" : contact.ToString(),
        };

    public static Receipt ToReceipt(ConversationId conversation, MarkChange change) =>
        new()
        {
            Conversation = conversation.ToString(),
            User = change.User.ToString(),
            Delivered = (ulong)change.Delivered,
            Read = (ulong)change.Read,
            Ended = { ToWire(change.Ended) },
        };

    public static Receipt ToReceipt(ConversationId conversation, EntryCounts counts) =>
        new()
        {
            Conversation = conversation.ToString(),
            Seq = (ulong)counts.Seq,
            DeliveredCount = (uint)counts.Delivered,
            ReadCount = (uint)counts.Read,
        };

    public static HistoryPage ToWire(this ConversationPage page)
    {
        var slice = page.Slice;
        var wire = new HistoryPage
        {
            Conversation = page.Conversation.ToString(),
            HasMoreBefore = slice.HasMoreBefore,
            HasMoreAfter = slice.HasMoreAfter,
        };
        wire.Entries.Add(slice.Entries.Select(entry => entry.ToWire(page.Conversation)));
        wire.Skipped.Add(slice.Skipped.Select(range => range.ToWire(page.Conversation)));
        return wire;
    }

    public static Readers ToWire(this ReadersPage page)
    {
        var wire = new Readers();
        wire.Members.Add(page.Members.Select(ToMarks));
        return wire;
    }

    public static ConversationsPage ToWire(this ConversationListPage page)
    {
        var wire = new ConversationsPage { Next = page.Next };
        wire.Items.Add(page.Items.Select(ToWire));
        return wire;
    }

    public static Protocol.V1.ConversationSummary ToWire(this ListedConversation summary)
    {
        var view = summary.View;
        var wire = new Protocol.V1.ConversationSummary
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
            MutedUntil = (ulong)summary.MutedUntil,
            Hidden = summary.Row.HiddenThrough >= view.Head,
            DeliveredCount = summary.DeliveredCount,
            ReadCount = summary.ReadCount,
            Peer = summary.Peer.IsNone ? "" : summary.Peer.ToString(),
            PeerUsername = summary.PeerName,
            Ended = { ToWire(view.Marks.Ended) },
        };
        wire.Others.Add(summary.Others.Select(ToMarks));
        return wire;
    }

    public static PresenceState ToWire(PresenceSighting sighting) =>
        new()
        {
            User = sighting.User.ToString(),
            Online = sighting.IsOnline,
            Since = (ulong)sighting.Since,
        };

    public static ListFilter ToFilter(this ConversationFilter filter) =>
        filter switch
        {
            ConversationFilter.Accepted => ListFilter.Accepted,
            ConversationFilter.Requests => ListFilter.Requests,
            ConversationFilter.Hidden => ListFilter.Hidden,
            _ => ListFilter.None,
        };

    private static Protocol.V1.MemberMarks ToMarks(MarkChange marks) =>
        new()
        {
            User = marks.User.ToString(),
            Delivered = (ulong)marks.Delivered,
            Read = (ulong)marks.Read,
            Ended = { ToWire(marks.Ended) },
        };

    private static IEnumerable<Protocol.V1.SeqRange> ToWire(EndedRanges ended) =>
        ended.All.Select(range => new Protocol.V1.SeqRange { From = (ulong)range.From, To = (ulong)range.To });
}
