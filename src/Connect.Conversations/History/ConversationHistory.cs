using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Microsoft.Extensions.Options;

namespace Connect.Conversations.History;

/// <summary>What is asked of the log of a conversation: one of the three seqs, or none for the newest page.</summary>
/// <param name="Conversation">Its id, as the caller wrote it.</param>
/// <param name="Before">Entries below this seq; 0 = not given.</param>
/// <param name="After">Entries above this seq; 0 = not given.</param>
/// <param name="Around">Entries on both sides of this seq; 0 = not given.</param>
/// <param name="Limit">Entries at most; 0 = <see cref="ReadingOptions.DefaultPageItems"/>.</param>
public readonly record struct HistoryQuestion(
    string Conversation,
    ulong Before = 0,
    ulong After = 0,
    ulong Around = 0,
    uint Limit = 0
);

/// <summary>A page of the log of a conversation.</summary>
public sealed record ConversationPage(ConversationId Conversation, HistorySlice Slice);

/// <summary>Pages of the log of a conversation. Read from the store: no grain is activated for a reader.</summary>
public sealed class ConversationHistory(IConversationReader reader, IOptions<ReadingOptions> options)
{
    public async Task<Answer<ConversationPage>> ReadAsync(UserId user, HistoryQuestion asked)
    {
        if (!ConversationId.TryParse(asked.Conversation, out var conversation))
        {
            return new Refusal(RefusalReason.NotFound, Field: "conversation");
        }

        var given = (asked.Before > 0 ? 1 : 0) + (asked.After > 0 ? 1 : 0) + (asked.Around > 0 ? 1 : 0);
        if (given > 1 || asked.Limit > ReadingOptions.PageItems)
        {
            return new Refusal(RefusalReason.Invalid, Field: given > 1 ? "before" : "limit");
        }

        var pageBytes = options.Value.PageBytes;
        var limit = asked.Limit == 0 ? ReadingOptions.DefaultPageItems : (int)asked.Limit;
        var query = new HistoryQuery((long)asked.Before, (long)asked.After, (long)asked.Around, limit, pageBytes);
        var slice = await reader.ReadHistoryAsync(user, conversation, query, CancellationToken.None);
        if (slice.Access == ReadAccess.None)
        {
            return new Refusal(RefusalReason.NotFound, Field: "conversation");
        }

        // A former member sees the ranges they were in; where there is nothing of them, they learn why.
        if (slice.Access == ReadAccess.Former && slice.Entries.IsEmpty && slice.Skipped.IsEmpty)
        {
            return new Refusal(RefusalReason.NotMember, Field: "conversation");
        }

        return new ConversationPage(conversation, HistoryFit.Fit(slice, query, pageBytes));
    }
}

/// <summary>
/// Cuts a slice of history to what a page may hold in either encoding: the store counts texts, the wire also ids, field
/// names and escapes. What is furthest from where the reader asked goes first.
/// </summary>
internal static class HistoryFit
{
    public static HistorySlice Fit(HistorySlice slice, HistoryQuery query, int pageBytes)
    {
        var total = slice.Entries.Sum(entry => EntryWeight.Of(entry));
        var (first, last) = (0, slice.Entries.Length - 1);
        while (total > pageBytes && first < last)
        {
            var cutsLast =
                query.After > 0
                || (
                    query.Around > 0 && slice.Entries[last].Seq - query.Around > query.Around - slice.Entries[first].Seq
                );
            total -= EntryWeight.Of(slice.Entries[cutsLast ? last-- : first++]);
        }

        if (last - first + 1 == slice.Entries.Length)
        {
            return slice;
        }

        var (from, to) = (slice.Entries[first].Seq, slice.Entries[last].Seq);
        return slice with
        {
            Entries = slice.Entries[first..(last + 1)],
            Skipped =
            [
                .. slice.Skipped.Where(range =>
                    (first == 0 || range.From > from) && (last == slice.Entries.Length - 1 || range.To < to)
                ),
            ],
            HasMoreBefore = slice.HasMoreBefore || first > 0,
            HasMoreAfter = slice.HasMoreAfter || last < slice.Entries.Length - 1,
        };
    }
}
