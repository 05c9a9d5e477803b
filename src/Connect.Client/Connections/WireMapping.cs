using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Connections;

/// <summary>From the generated frames to the records of the SDK.</summary>
internal static class WireMapping
{
    public static DateTimeOffset ToTime(ulong milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, ProtocolLimits.NumberLimit / 64));

    public static Entry ToEntry(Wire.Entry entry) =>
        new(
            entry.Conversation,
            (long)entry.Seq,
            ToTime(entry.Time),
            entry.Kind,
            entry.From,
            entry.Cid,
            entry.Text,
            entry.Change is { } change ? new(change.User, change.Role, change.Title, [.. change.Users]) : null
        );

    public static LogItem ToItem(Wire.Skipped range) =>
        new(range.Conversation, (long)range.From, (long)range.To, null, range.Why);

    /// <summary>Entries and ranges in the order of each log.</summary>
    public static List<LogItem> ToItems(IEnumerable<Wire.Entry> entries, IEnumerable<Wire.Skipped> skipped)
    {
        var items = skipped.Select(ToItem).Concat(entries.Select(ToEntry).Select(LogItem.Of)).ToList();
        items.Sort(
            static (one, other) =>
                string.CompareOrdinal(one.Conversation, other.Conversation) is var order and not 0
                    ? order
                    : one.From.CompareTo(other.From)
        );
        return items;
    }

    public static ConversationInfo ToInfo(Wire.ConversationSummary summary) =>
        new(
            summary.Id,
            summary.Kind,
            summary.Kind == Wire.ConversationKind.Direct ? summary.PeerUsername : summary.Title,
            summary.Peer,
            (int)summary.MemberCount,
            summary.Role,
            (long)summary.Head,
            summary.Last is null ? null : ToEntry(summary.Last),
            (long)summary.Delivered,
            (long)summary.Read,
            (int)summary.Unread,
            summary.Request,
            [.. summary.Others.Select(MemberPlace.Of)]
        )
        {
            MutedUntil = summary.MutedUntil == 0 ? null : ToTime(summary.MutedUntil),
            IsHidden = summary.Hidden,
            DeliveredCount = (int)summary.DeliveredCount,
            ReadCount = (int)summary.ReadCount,
        };
}
