using Connect.Client;
using Connect.Client.Stores;
using Connect.Protocol.V1;
using Entry = Connect.Client.Entry;
using EntryChange = Connect.Client.EntryChange;

namespace Connect.Cli.Screens.Chats;

/// <summary>One element of a conversation on the screen: an entry, or a range that will never come.</summary>
internal sealed record ChatEntry(
    long Seq,
    long To,
    DateTimeOffset Time,
    EntryKind Kind,
    string From,
    string Cid,
    string Text,
    EntryChange? Change,
    SkipReason Why
)
{
    public bool IsMessage => Kind == EntryKind.Message && Why == SkipReason.Unspecified;

    public static ChatEntry Of(Entry entry) =>
        new(
            entry.Seq,
            entry.Seq,
            entry.Time,
            entry.Kind,
            entry.From,
            entry.Cid,
            entry.Text,
            entry.Change,
            SkipReason.Unspecified
        );

    public static ChatEntry Of(RangeSkipped range) => Skipped(range.From, range.To, range.Why);

    public static ChatEntry Of(LogItem item) =>
        item.Entry is { } entry ? Of(entry) : Skipped(item.From, item.To, item.Why);

    private static ChatEntry Skipped(long from, long to, SkipReason why) =>
        new(from, to, DateTimeOffset.UnixEpoch, EntryKind.Unspecified, "", "", "", null, why);

    /// <summary>Never the text: it must not get into a log.</summary>
    public override string ToString() => $"{Seq} {Kind}";
}
