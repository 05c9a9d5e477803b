using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Grains.Conversations;

/// <summary>Who is told what after a commit (step 8, D6).</summary>
internal static class Publications
{
    /// <summary>What a commit that was applied to the state means for the members.</summary>
    public static void Publish(IPublisher publisher, ConversationState state, TurnDecision decision)
    {
        var entries = decision.Commit!.Entries;
        if (state.Kind == ConversationKind.Direct)
        {
            if (entries.Length > 0 || decision.Receipts.Count > 0)
            {
                publisher.Publish(
                    new(
                        state.Conversation,
                        state.Head,
                        entries,
                        decision.Origins,
                        [.. decision.Receipts],
                        state.Members.Present
                    )
                );
            }

            return;
        }

        if (entries.Length > 0)
        {
            publisher.Publish(
                new(state.Conversation, state.Head, entries, decision.Origins, [], state.Members.Present)
            );
        }

        PublishOwnReceipts(publisher, state, decision.Receipts);
    }

    /// <summary>
    /// After a commit whose outcome had to be looked up: the entries may or may not have been pushed by somebody else,
    /// so all members are told to look, and marks that turned out to be persisted are told as they would have been.
    /// </summary>
    public static void PublishRecovered(IPublisher publisher, ConversationState state, TurnDecision lost)
    {
        PublishHead(publisher, state);
        var receipts = lost
            .Receipts.Where(receipt =>
                state.Members.Find(receipt.User)?.Marks is { } marks
                && marks.Delivered >= receipt.Delivered
                && marks.Read >= receipt.Read
            )
            .ToList();
        if (receipts.Count == 0)
        {
            return;
        }

        if (state.Kind == ConversationKind.Direct)
        {
            publisher.Publish(new(state.Conversation, state.Head, [], [], [.. receipts], state.Members.Present));
            return;
        }

        PublishOwnReceipts(publisher, state, receipts);
    }

    /// <summary>Tells all members where the head is.</summary>
    public static void PublishHead(IPublisher publisher, ConversationState state) =>
        publisher.Publish(Publication.Hint(state.Conversation, state.Head, state.Members.Present));

    // In a group only the member's own devices are told here; its authors get theirs coalesced.
    private static void PublishOwnReceipts(IPublisher publisher, ConversationState state, List<MarkChange> receipts)
    {
        foreach (var receipt in receipts)
        {
            ImmutableArray<UserId> own = [receipt.User];
            publisher.Publish(new(state.Conversation, state.Head, [], [], [receipt], own));
        }
    }
}
