using Connect.Contracts.Storage;

namespace Connect.Conversations.History;

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
