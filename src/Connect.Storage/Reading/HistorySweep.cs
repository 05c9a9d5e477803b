using System.Collections.Immutable;
using System.Security.Cryptography;
using Connect.Contracts.Identifiers;
using Connect.Storage.Rules;

namespace Connect.Storage.Reading;

/// <summary>
/// Deletes entries older than the retention. It walks over the <see cref="DueRow"/>s in the order of their times and
/// ends at the first that is too young, so a pass costs what there is to delete, however many conversations there are.
/// Entries are first declared deleted, by the floor of their conversation, and actually deleted only later, so that no
/// reader who has just read the head finds a gap. All it must know is in those rows: a restart goes on where the
/// process ended.
/// </summary>
internal sealed class HistorySweep(IRetainedRows rows)
{
    /// <summary>
    /// Minimum interval between the starts of two passes, between two looks at one conversation, and between the
    /// declaration of a deletion and the deletion itself: longer than any read takes.
    /// </summary>
    public static readonly TimeSpan RoundPause = TimeSpan.FromMinutes(1);

    /// <summary>Conversations looked at together, which share the syncs of their writes.</summary>
    private const int AtOnce = 256;

    /// <summary>
    /// Heads of a store of an earlier format that are given a row for one conversation that may be looked at: a head
    /// costs no read of its own, no entry and no sync.
    /// </summary>
    private const int PlacedPerLook = 4;

    private static readonly DueRow Begin = DueRow.Before(DueKind.Floor);

    private DueRow _after = Begin;
    private (long At, long NotBefore) _pass = (long.MinValue, 0);

    /// <summary>A pass has begun and not ended.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Examines the next conversations that are due.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="retention">How long entries are kept.</param>
    /// <param name="now">Milliseconds since the epoch.</param>
    /// <returns>How many conversations got a higher floor.</returns>
    public async ValueTask<int> StepAsync(int count, TimeSpan retention, long now)
    {
        if (!await rows.PlaceAsync(count * PlacedPerLook))
        {
            return 0;
        }

        if (!IsUnderWay)
        {
            if (_pass.At > now - (long)RoundPause.TotalMilliseconds)
            {
                return 0;
            }

            // What falls due meanwhile is for the next pass: so this one ends, and deletes what the last one declared.
            (_after, _pass, IsUnderWay) = (Begin, (now, now - (long)retention.TotalMilliseconds), true);
        }

        var raised = 0;
        for (var left = count; left > 0 && IsUnderWay; )
        {
            var before = _after.Kind == DueKind.Floor ? _pass.NotBefore : _pass.At + 1;
            var next = rows.NextDue(_after, before, Math.Min(left, AtOnce));
            IsUnderWay = !next.IsEmpty || _after.Kind == DueKind.Floor;
            _after = next.IsEmpty ? DueRow.Before(DueKind.Rows) : next[^1];
            left -= next.Length;
            raised += (await Task.WhenAll(next.Select(VisitAsync))).Count(each => each);
        }

        return raised;
    }

    private async Task<bool> VisitAsync(DueRow row)
    {
        if (row.Kind == DueKind.Rows)
        {
            await rows.DropBelowFloorAsync(row);
            return false;
        }

        try
        {
            var pause = (long)RoundPause.TotalMilliseconds;
            var change = await DecideAsync(row.Conversation, _pass.NotBefore);
            var next = Math.Max(change.NextDue, _pass.NotBefore + pause - 1);
            await rows.RaiseFloorAsync(row, change with { NextDue = next }, _pass.At + pause);
            return change.Floor > 0;
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException)
        {
            // Nobody can read what is damaged; it is looked at again in the next pass, and the others must not wait.
            return false;
        }
    }

    /// <summary>What is to be declared deleted, and when the first of the others falls due.</summary>
    private async ValueTask<FloorChange> DecideAsync(ConversationId conversation, long notBefore)
    {
        if (
            await rows.ReadHeadAsync(conversation, CancellationToken.None) is not { MemberRows: > 0 } head
            || head.Floor == head.Seq
        )
        {
            return new(0, 0, notBefore);
        }

        var young = await EntryTimes.FirstAtAsync(rows, conversation, head, 1, notBefore, CancellationToken.None);
        var due =
            young > head.Seq
                ? notBefore
                : (await rows.ReadEntryAsync(conversation, young, CancellationToken.None)).Time;
        if (young - 1 <= head.Floor)
        {
            return new(0, 0, due);
        }

        var last = await rows.ReadEntryAsync(conversation, young - 1, CancellationToken.None);
        return new(young - 1, last.Messages, due);
    }
}

/// <summary>The rows of a store that deletes old entries.</summary>
internal interface IRetainedRows : IConversationRows
{
    /// <summary>
    /// Gives the next conversations of a store of an earlier format, at most this many, the rows that they lack.
    /// Durable on completion, with the progress. True: none lacks one any more.
    /// </summary>
    ValueTask<bool> PlaceAsync(int count);

    /// <summary>The rows after this one, of its kind and before a time, in order, at most this many.</summary>
    ImmutableArray<DueRow> NextDue(DueRow after, long before, int count);

    /// <summary>
    /// From now on entries up to the floor count as deleted, for every reader; a floor not above the stored one stays.
    /// Takes the row away, and puts one for what is left and one for what is deleted in its place. The epoch stays,
    /// since the writer is not affected. Durable on completion.
    /// </summary>
    /// <param name="row">The one that was due.</param>
    /// <param name="change">What the look at the conversation found.</param>
    /// <param name="dropAt">When what is deleted is due.</param>
    ValueTask RaiseFloorAsync(DueRow row, FloorChange change, long dropAt);

    /// <summary>Deletes whatever is left at and below the floor, and the row.</summary>
    ValueTask DropBelowFloorAsync(DueRow row);
}
