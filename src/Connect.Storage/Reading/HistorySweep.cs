using Connect.Contracts.Identifiers;
using Connect.Storage.Committing;

namespace Connect.Storage.Reading;

/// <summary>
/// Deletes entries older than a store is to keep them: a slow walk over the conversations, some each second. What is
/// found is first said to be deleted, by the floor of its conversation, and only a round later deleted: so no reader
/// who has just read the head finds a hole.
/// </summary>
internal sealed class HistorySweep(IRetainedRows rows)
{
    /// <summary>A round begins at the earliest so long after the one before: longer than any read takes.</summary>
    public static readonly TimeSpan RoundPause = TimeSpan.FromMinutes(1);

    private ConversationId _after;
    private long _roundAt = long.MinValue;

    /// <summary>Looks at the next conversations.</summary>
    /// <param name="count">How many.</param>
    /// <param name="retention">How long entries are kept.</param>
    /// <param name="now">Milliseconds since the epoch.</param>
    /// <returns>How many conversations have now a higher floor.</returns>
    public async ValueTask<int> StepAsync(int count, TimeSpan retention, long now)
    {
        if (_after.IsNone)
        {
            if (now < _roundAt)
            {
                return 0;
            }

            _roundAt = now + (long)RoundPause.TotalMilliseconds;
        }

        var next = rows.NextConversations(_after, count);
        var raised = 0;
        foreach (var conversation in next)
        {
            raised += await VisitAsync(conversation, now - (long)retention.TotalMilliseconds) ? 1 : 0;
        }

        _after = next.Length < count ? default : next[^1];
        return raised;
    }

    private async ValueTask<bool> VisitAsync(ConversationId conversation, long notBefore)
    {
        if (await rows.ReadHeadAsync(conversation, CancellationToken.None) is not { Seq: > 0, MemberRows: > 0 } head)
        {
            return false;
        }

        if (head.Floor > 0)
        {
            await rows.DropBelowFloorAsync(conversation);
        }

        if (head.Floor == head.Seq)
        {
            return false;
        }

        var floor = await FindFirstKeptAsync(conversation, head, notBefore) - 1;
        if (floor <= head.Floor)
        {
            return false;
        }

        var last = await rows.ReadEntryAsync(conversation, floor, CancellationToken.None);
        await rows.RaiseFloorAsync(conversation, floor, last.Messages);
        return true;
    }

    /// <summary>By binary search, since times never decrease (D12); head + 1 when nothing is kept.</summary>
    private async ValueTask<long> FindFirstKeptAsync(ConversationId conversation, ConversationHead head, long notBefore)
    {
        if (head.LastTime < notBefore)
        {
            return head.Seq + 1;
        }

        // Nearly always the oldest one is kept: look at it before searching.
        var (low, high) = (head.Floor + 1, head.Seq);
        for (var probe = low; low < high; probe = low + (high - low) / 2)
        {
            var entry = await rows.ReadEntryAsync(conversation, probe, CancellationToken.None);
            (low, high) = entry.Time < notBefore ? (probe + 1, high) : (low, probe);
        }

        return low;
    }
}
