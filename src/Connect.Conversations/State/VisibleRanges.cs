using System.Collections.Immutable;
using Connect.Contracts.Conversations;

namespace Connect.Conversations.State;

/// <summary>
/// What a member keeps of their former memberships when they join again, so that coming and going does not make their
/// row grow. Pure.
/// </summary>
internal static class VisibleRanges
{
    /// <summary>
    /// Former memberships that stay readable. Entries of older ones are skipped for this member from their next
    /// return on, as those between two memberships are; others read them as before.
    /// </summary>
    public const int MaxFormer = 15;

    /// <summary>
    /// Ranges that follow each other without an entry between them become one, which lets read exactly what the two
    /// did; of the others the newest stay.
    /// </summary>
    public static ImmutableArray<SeqRange> Keep(ImmutableArray<SeqRange> former)
    {
        var kept = new List<SeqRange>(former.Length);
        foreach (var range in former)
        {
            if (kept is [.., var last] && last.To + 1 >= range.From)
            {
                kept[^1] = last with { To = Math.Max(last.To, range.To) };
            }
            else
            {
                kept.Add(range);
            }
        }

        return [.. kept.Skip(kept.Count - MaxFormer)];
    }
}
