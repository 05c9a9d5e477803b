using System.Text;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Protocol.V1;
using AppendResult = Connect.Contracts.Conversations.AppendResult;
using AppendStatus = Connect.Contracts.Conversations.AppendStatus;
using Entry = Connect.Contracts.Conversations.Entry;
using EntryKind = Connect.Contracts.Conversations.EntryKind;
using WireEntry = Connect.Protocol.V1.Entry;

namespace Connect.Gateway.Sessions;

/// <summary>Records of the cluster as the wire shows them.</summary>
internal static class WireForms
{
    /// <summary>
    /// Upper bound of what an entry costs besides its text: ids, numbers and, in JSON, the field names.
    /// </summary>
    private const int EntryOverhead = 260;

    /// <summary>Field names of a change, and its own user.</summary>
    private const int ChangeOverhead = 120;

    /// <summary>Of a title a byte becomes up to six, of an id 16 bytes become 25.</summary>
    private const int ChangeByte = 6;

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
        if (entry.Kind == EntryKind.Message)
        {
            wire.Cid = entry.Cid.ToString();
            wire.Text = Encoding.UTF8.GetString(entry.Body.Span);
        }
        else
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
        };

    public static Receipt ToReceipt(ConversationId conversation, EntryCounts counts) =>
        new()
        {
            Conversation = conversation.ToString(),
            Seq = (ulong)counts.Seq,
            DeliveredCount = (uint)counts.Delivered,
            ReadCount = (uint)counts.Read,
        };

    /// <summary>
    /// The most bytes an entry takes in either encoding: JSON escapes control characters with six, quotes and
    /// backslashes with two, and characters beyond the basic plane with twelve for their four.
    /// </summary>
    public static int WireSize(this Entry entry)
    {
        if (entry.Kind != EntryKind.Message)
        {
            return EntryOverhead + ChangeOverhead + (entry.Body.Length * ChangeByte);
        }

        var size = EntryOverhead;
        foreach (var each in entry.Body.Span)
        {
            size += each switch
            {
                < 0x20 or 0x7F => 6,
                (byte)'"' or (byte)'\\' => 6,
                < 0x80 => 1,
                _ => 3,
            };
        }

        return size;
    }
}
