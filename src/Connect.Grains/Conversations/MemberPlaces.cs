using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;

namespace Connect.Grains.Conversations;

/// <summary>The marks of all present members, sorted, to count how many reached a seq.</summary>
internal sealed class MemberPlaces
{
    private readonly long[] _delivered;
    private readonly long[] _read;

    public MemberPlaces(Membership members)
    {
        var present = members.All.Where(member => member.IsPresent).ToList();
        _delivered = [.. present.Select(member => member.Marks.Delivered).Order()];
        _read = [.. present.Select(member => member.Marks.Read).Order()];
    }

    /// <summary>The members but the one with these marks, who is the author.</summary>
    public EntryCounts CountOthers(long seq, in MemberMarks author) =>
        new(
            seq,
            AtOrAbove(_delivered, seq) - (author.Delivered >= seq ? 1 : 0),
            AtOrAbove(_read, seq) - (author.Read >= seq ? 1 : 0)
        );

    /// <summary>The same, when the author may be anybody.</summary>
    public EntryCounts CountAtLeast(long seq) =>
        new(seq, Math.Max(0, AtOrAbove(_delivered, seq) - 1), Math.Max(0, AtOrAbove(_read, seq) - 1));

    private static int AtOrAbove(long[] sorted, long seq)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < seq ? (middle + 1, high) : (low, middle);
        }

        return sorted.Length - low;
    }
}
