using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.Reading;

/// <summary>
/// Deletes entries older than the retention: a slow walk over the conversations, a few each second. Entries are first
/// declared deleted, by the floor of their conversation, and actually deleted only a round later, so that no reader who
/// has just read the head finds a gap.
/// </summary>
internal sealed class HistorySweep(IRetainedRows rows)
{
    /// <summary>Minimum interval between the starts of two rounds: longer than any read takes.</summary>
    public static readonly TimeSpan RoundPause = TimeSpan.FromMinutes(1);

    private ConversationId _after;
    private long _roundAt = long.MinValue;

    /// <summary>Examines the next conversations.</summary>
    /// <param name="count">How many.</param>
    /// <param name="retention">How long entries are kept.</param>
    /// <param name="now">Milliseconds since the epoch.</param>
    /// <returns>How many conversations got a higher floor.</returns>
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

        var floor = await EntryTimes.FirstAtAsync(rows, conversation, head, 1, notBefore, CancellationToken.None) - 1;
        if (floor <= head.Floor)
        {
            return false;
        }

        var last = await rows.ReadEntryAsync(conversation, floor, CancellationToken.None);
        await rows.RaiseFloorAsync(conversation, floor, last.Messages);
        return true;
    }
}

/// <summary>The rows of a store that deletes old entries.</summary>
internal interface IRetainedRows : IConversationRows
{
    /// <summary>The ids after this one, ascending, at most this many.</summary>
    ImmutableArray<ConversationId> NextConversations(ConversationId after, int count);

    /// <summary>
    /// From now on entries up to <paramref name="floor"/> count as deleted, for every reader; a floor not above the
    /// stored one changes nothing. The epoch stays, since the writer is not affected. Durable on completion.
    /// </summary>
    ValueTask RaiseFloorAsync(ConversationId conversation, long floor, long messages);

    /// <summary>Deletes whatever is left at and below the floor.</summary>
    ValueTask DropBelowFloorAsync(ConversationId conversation);
}
