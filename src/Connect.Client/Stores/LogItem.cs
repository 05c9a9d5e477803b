using Connect.Protocol.V1;

namespace Connect.Client.Stores;

/// <summary>
/// What a device holds for one seq or a range of seqs: an entry, or the knowledge that none will come.
/// </summary>
/// <param name="Conversation">Which conversation.</param>
/// <param name="From">The first seq.</param>
/// <param name="To">The last seq; that of <paramref name="From"/> for an entry.</param>
/// <param name="Entry">The entry, or null for a skipped range.</param>
/// <param name="Why">Why the range is skipped.</param>
public sealed record LogItem(string Conversation, long From, long To, Entry? Entry, SkipReason Why)
{
    internal static LogItem Of(Entry entry) =>
        new(entry.Conversation, entry.Seq, entry.Seq, entry, SkipReason.Unspecified);
}
