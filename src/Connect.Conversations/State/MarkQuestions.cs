using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>
/// What must be known to raise a member's marks: how much of what they get now has ended (ADR 0021), and the counts of
/// messages there. Memory knows that of the last entries; for others the store is asked, by batches without messages
/// alone, since nobody's message may wait for it.
/// </summary>
internal sealed class MarkQuestions(
    ConversationState state,
    AppendBatch batch,
    AppendBatchDecision decision,
    long endedBy,
    int maxAsking
)
{
    /// <summary>
    /// Null: the store is asked first, and nothing else of the decision counts. What it cannot be asked now is left to
    /// a later batch: see <see cref="AppendBatchDecision.Later"/>.
    /// </summary>
    public KnownTarget? Find(UserId user, in MemberMarks now, MarkTarget target)
    {
        if (FindEnded(user, now, target) is not { } marks)
        {
            if (IsAsking(user))
            {
                return null;
            }

            decision.Later[user] = AtMost(target);
            return new(now, now.Delivered, now.Read, default);
        }

        var delivered = MarkRules.DeliveredTarget(marks, target, state.Head);
        var read = MarkRules.ReadTarget(marks, target, state.Head);
        var counts = default(MarkCounts);
        if (read == marks.Read || TryCount(user, read, out counts))
        {
            return new(marks, delivered, read, counts);
        }

        if (IsAsking(user))
        {
            return null;
        }

        decision.Later[user] = AtMost(new(0, target.Read));
        return new(marks, delivered, marks.Read, default);
    }

    /// <summary>The marks with what ended of all that the target delivers; null while that is not known.</summary>
    private MemberMarks? FindEnded(UserId user, in MemberMarks now, MarkTarget target)
    {
        var delivered = MarkRules.DeliveredTarget(now, target, state.Head);
        if (delivered == now.Delivered)
        {
            return now;
        }

        var seqs = new SeqRange(now.Delivered + 1, delivered);
        if (!TryFindEnd(user, seqs, out var end))
        {
            return null;
        }

        if (end < seqs.From)
        {
            return now;
        }

        var atDelivered = new MarkCounts(now.ReadMessages, now.OwnAbove);
        var isKnown = now.Read == now.Delivered || TryCount(user, now.Delivered, out atDelivered);
        return TryCount(user, end, out var atEnd) && isKnown ? MarkRules.End(now, end, atDelivered, atEnd) : null;
    }

    private bool TryFindEnd(UserId user, SeqRange seqs, out long end)
    {
        // Decided again a moment later, the batch must ask nothing new.
        var time = batch.EndedBy ??= endedBy;
        if (state.LastTime < time)
        {
            end = seqs.To;
            return true;
        }

        if (state.Entries.TryFindEnd(seqs, time, out end) || batch.Ends.TryGetValue((user, seqs), out end))
        {
            return true;
        }

        if (MayAsk(user))
        {
            decision.AskEnds.Add((user, seqs, time));
        }

        return false;
    }

    private bool TryCount(UserId user, long seq, out MarkCounts counts)
    {
        if (MarkRules.TryCount(user, seq, state.Head, state.MessageCount, state.Entries, out counts))
        {
            return true;
        }

        if (batch.Counts.TryGetValue((user, seq), out var stored))
        {
            counts = stored ?? default;
            return stored is not null;
        }

        if (MayAsk(user))
        {
            decision.AskCounts.Add((user, seq));
        }

        return false;
    }

    private bool MayAsk(UserId user) =>
        batch.Messages.Count == 0
        && (batch.Asking.Contains(user) || (batch.Asking.Count < maxAsking && batch.Asking.Add(user)));

    /// <summary>A mark above the head counts as the head there was when it came.</summary>
    private MarkTarget AtMost(MarkTarget target) =>
        new(Math.Min(target.Delivered, state.Head), Math.Min(target.Read, state.Head));

    private bool IsAsking(UserId user) =>
        decision.AskEnds.Exists(each => each.User == user) || decision.AskCounts.Exists(each => each.User == user);
}

/// <summary>How far a member's marks rise.</summary>
/// <param name="Marks">As they are, with what ended up to <paramref name="Delivered"/>.</param>
/// <param name="Delivered">See <see cref="MarkRules.DeliveredTarget"/>.</param>
/// <param name="Read">See <see cref="MarkRules.ReadTarget"/>.</param>
/// <param name="AtRead">The counts at <paramref name="Read"/> when it is above the mark.</param>
internal readonly record struct KnownTarget(MemberMarks Marks, long Delivered, long Read, MarkCounts AtRead);
