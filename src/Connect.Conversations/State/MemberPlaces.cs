using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;

namespace Connect.Conversations.State;

/// <summary>
/// The marks of all present members, sorted, to count how many reached a seq. Who hides what they read is no reader,
/// and those between whom and an author there is a block are nobody to that author.
/// </summary>
internal sealed class MemberPlaces
{
    private readonly Membership _members;
    private readonly ReceiptPrivacy _privacy;
    private readonly long[] _delivered;
    private readonly long[] _read;

    public MemberPlaces(Membership members, ReceiptPrivacy privacy)
    {
        (_members, _privacy) = (members, privacy);
        var present = members.All.Where(member => member.IsPresent).ToList();
        _delivered = [.. present.Select(member => member.Marks.Delivered).Order()];
        _read = [.. present.Where(m => !privacy.HidesReads(m.User)).Select(m => m.Marks.Read).Order()];
    }

    /// <summary>The members but the author, as the author is told.</summary>
    public EntryCounts CountOthers(long seq, Member author)
    {
        var (delivered, read) = (AtOrAbove(_delivered, seq), AtOrAbove(_read, seq));
        foreach (var user in _privacy.Apart(author.User).Append(author.User))
        {
            if (_members.Find(user) is { IsPresent: true } member)
            {
                delivered -= member.Marks.Delivered >= seq ? 1 : 0;
                read -= member.Marks.Read >= seq && !_privacy.HidesReads(user) ? 1 : 0;
            }
        }

        return new(seq, delivered, _privacy.HidesReads(author.User) ? 0 : read);
    }

    /// <summary>At least so many, when the author may be anybody.</summary>
    public EntryCounts CountAtLeast(long seq)
    {
        var others = 1 + _privacy.MostApart;
        return new(seq, Math.Max(0, AtOrAbove(_delivered, seq) - others), Math.Max(0, AtOrAbove(_read, seq) - others));
    }

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
