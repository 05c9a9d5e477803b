using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>Asks the store what a decision still needs, and hands the answers to the batch.</summary>
internal static class StoreQuestions
{
    public static async Task AskAsync(
        IConversationStore store,
        ConversationId conversation,
        AppendBatch batch,
        AppendBatchDecision decision
    )
    {
        if (decision.AskCids.Count + decision.AskAfters.Count > 0)
        {
            await AskCidsAsync(store, conversation, decision);
        }

        if (decision.AskChange is { } change)
        {
            var known = await store.FindCidsAsync(conversation, [change.Probe]);
            change.Answer(known.IsEmpty ? null : known[0]);
        }

        foreach (var (user, seqs, time) in decision.AskEnds)
        {
            batch.Ends[(user, seqs)] = await store.FindEndAsync(conversation, seqs, time);
        }

        var isIndexing = false;
        foreach (var (user, seq) in decision.AskCounts)
        {
            // One part of the indexing is enough for one batch.
            var counts = isIndexing ? null : await store.CountAsync(conversation, user, seq);
            batch.Counts[(user, seq)] = counts;
            isIndexing |= counts is null;
        }
    }

    /// <summary>The probes that show whether a commit happened: one per message, or that of the change.</summary>
    public static ImmutableArray<CidProbe> Probes(AppendBatch batch, AppendBatchDecision decision) =>
        batch.Change is { } change ? [change.Probe] : [.. decision.Writers.Select(Probe)];

    /// <summary>Hands out the store's answers about the entries of a commit.</summary>
    /// <param name="all">The answers are complete: whatever is not in them does not exist.</param>
    public static void TakeAnswers(
        AppendBatch batch,
        AppendBatchDecision decision,
        ImmutableArray<KnownCid> known,
        bool all = false
    )
    {
        var rows = ByKey(known);
        if (batch.Change is { } change)
        {
            if (rows.TryGetValue((change.Request.Actor, change.Request.Cid), out var ofChange))
            {
                change.Answer(ofChange);
            }
            else if (all)
            {
                change.Answer(null);
            }
        }

        foreach (var writer in decision.Writers)
        {
            if (rows.TryGetValue((writer.Sender, writer.Item.Cid), out var row))
            {
                writer.Answer(row);
            }
            else if (all)
            {
                writer.Answer(null);
            }
        }
    }

    private static async Task AskCidsAsync(
        IConversationStore store,
        ConversationId conversation,
        AppendBatchDecision decision
    )
    {
        // One text per cid and lookup: a second message with the same cid waits for the next round.
        var probes = new Dictionary<(UserId, Cid), CidProbe>();
        var asked = new List<WaitingMessage>();
        foreach (var message in decision.AskCids)
        {
            if (probes.TryAdd((message.Sender, message.Item.Cid), Probe(message)))
            {
                asked.Add(message);
            }
        }

        foreach (var message in decision.AskAfters)
        {
            probes.TryAdd((message.Sender, message.Item.After), new(message.Sender, message.Item.After, default));
        }

        var rows = ByKey(await store.FindCidsAsync(conversation, [.. probes.Values]));
        foreach (var message in asked)
        {
            var known = rows.TryGetValue((message.Sender, message.Item.Cid), out var row);
            message.Answer(known ? row : null);
        }

        foreach (var message in decision.AskAfters)
        {
            message.AnswerAfter(rows.ContainsKey((message.Sender, message.Item.After)));
        }
    }

    private static CidProbe Probe(WaitingMessage message) => new(message.Sender, message.Item.Cid, message.Item.Text);

    private static Dictionary<(UserId, Cid), KnownCid> ByKey(ImmutableArray<KnownCid> known)
    {
        var rows = new Dictionary<(UserId, Cid), KnownCid>(known.Length);
        foreach (var row in known)
        {
            rows[(row.Sender, row.Cid)] = row;
        }

        return rows;
    }
}
