using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Connect.Conversations.State;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Writing;

/// <summary>Who is told what after a commit.</summary>
internal static class Publications
{
    /// <summary>What a commit that was applied to the state means for the members.</summary>
    /// <param name="privacy">Of the members of a direct conversation, when marks rose there.</param>
    public static void Publish(
        IPublisher publisher,
        ConversationState state,
        AppendBatchDecision decision,
        ReceiptPrivacy privacy
    )
    {
        var entries = decision.Commit!.Entries;
        if (state.Kind == ConversationKind.Direct)
        {
            PublishDirect(publisher, state, entries, decision.Origins, decision.Raised, privacy);
            Notify(publisher, state, ConversationNotice.Changed, [.. decision.Effects.Changed]);
            return;
        }

        if (decision.Effects.ChangesWhoSees)
        {
            PublishEach(publisher, state, entries);
        }
        else if (entries.Length > 0)
        {
            publisher.Publish(
                new(state.Conversation, state.Head, entries, decision.Origins, [], state.Members.Present)
            );
        }

        PublishOwnReceipts(publisher, state, decision.Raised);
        PublishNotices(publisher, state, decision.Effects);
    }

    /// <summary>
    /// After a commit whose outcome had to be looked up: somebody else may have pushed its entries or not, so all
    /// members are told to look, and marks that turn out to be persisted are pushed as usual.
    /// </summary>
    public static void PublishRecovered(
        IPublisher publisher,
        ConversationState state,
        AppendBatchDecision lost,
        ReceiptPrivacy privacy
    )
    {
        PublishHead(publisher, state);
        PublishNotices(publisher, state, lost.Effects);
        var raised = lost
            .Raised.Where(each =>
                state.Members.Find(each.User)?.Marks is { } marks
                && marks.Delivered >= each.After.Delivered
                && marks.Read >= each.After.Read
            )
            .ToList();
        if (raised.Count == 0)
        {
            return;
        }

        if (state.Kind == ConversationKind.Direct)
        {
            PublishDirect(publisher, state, [], [], raised, privacy);
            return;
        }

        PublishOwnReceipts(publisher, state, raised);
    }

    /// <summary>
    /// Entries and receipts of a direct conversation. A member with an open request, or on either side of a block,
    /// tells the other nothing; one who declined is told nothing. A member who hides what they read does not see what
    /// others read.
    /// </summary>
    private static void PublishDirect(
        IPublisher publisher,
        ConversationState state,
        ImmutableArray<Entry> entries,
        ImmutableArray<SessionId> origins,
        List<RaisedMarks> raised,
        ReceiptPrivacy privacy
    )
    {
        var present = state.Members.Present;
        if (entries.Length + raised.Count == 0)
        {
            return;
        }

        if (!state.Members.HasFlags && privacy.IsEmpty)
        {
            ImmutableArray<MarkChange> receipts = [.. raised.Select(marks => marks.ToChange())];
            publisher.Publish(new(state.Conversation, state.Head, entries, origins, receipts, present));
            return;
        }

        if (entries.Length > 0)
        {
            ImmutableArray<UserId> readers =
            [
                .. present.Where(user => !state.Members.Find(user)!.Flags.HasFlag(MemberFlags.Declined)),
            ];
            publisher.Publish(new(state.Conversation, state.Head, entries, origins, [], readers));
        }

        foreach (var marks in raised)
        {
            TellOne(publisher, state, marks, marks.User);
            if (
                state.Members.Find(marks.User) is { Flags: MemberFlags.None }
                && !state.Members.IsBlockedByAnother(marks.User)
            )
            {
                foreach (var other in present.Where(user => user != marks.User))
                {
                    if (privacy.TellsDelivered(marks.User, other))
                    {
                        TellOne(publisher, state, marks.HideRead(!privacy.TellsRead(marks.User, other)), other);
                    }
                }
            }
        }
    }

    private static void TellOne(IPublisher publisher, ConversationState state, RaisedMarks marks, UserId reader)
    {
        if (marks.IsNews || marks.User == reader)
        {
            publisher.Publish(Publication.OfReceipts(state.Conversation, state.Head, [marks.ToChange()], [], [reader]));
        }
    }

    /// <summary>Tells all members the head.</summary>
    public static void PublishHead(IPublisher publisher, ConversationState state) =>
        publisher.Publish(Publication.Hint(state.Conversation, state.Head, state.Members.Present));

    /// <summary>
    /// Each entry to those who may see it: somebody added sees it from their own entry on, somebody removed up to
    /// theirs.
    /// </summary>
    private static void PublishEach(IPublisher publisher, ConversationState state, ImmutableArray<Entry> entries)
    {
        foreach (var entry in entries)
        {
            var recipients = state
                .Members.All.Where(member => member.Visible.Any(range => range.Contains(entry.Seq)))
                .Select(member => member.User);
            publisher.Publish(new(state.Conversation, entry.Seq, [entry], [], [], [.. recipients]));
        }
    }

    /// <summary>
    /// Tells users that a conversation is new, changed or over for them. After a commit whose outcome had to be looked
    /// up it is told all the same: who reads the list then sees what is.
    /// </summary>
    private static void PublishNotices(IPublisher publisher, ConversationState state, ChangeEffects effects)
    {
        ImmutableArray<UserId> changed = [.. effects.Joined, .. effects.Invited, .. effects.Changed];
        ImmutableArray<UserId> over = [.. effects.Left, .. effects.Uninvited];
        Notify(publisher, state, ConversationNotice.Changed, changed);
        Notify(publisher, state, ConversationNotice.Over, over);
    }

    private static void Notify(
        IPublisher publisher,
        ConversationState state,
        ConversationNotice notice,
        ImmutableArray<UserId> users
    )
    {
        if (!users.IsEmpty)
        {
            publisher.Publish(new(state.Conversation, state.Head, [], [], [], users, notice));
        }
    }

    // In a group only the member's own devices are told here; its authors get theirs coalesced.
    private static void PublishOwnReceipts(IPublisher publisher, ConversationState state, List<RaisedMarks> raised)
    {
        foreach (var marks in raised)
        {
            TellOne(publisher, state, marks, marks.User);
        }
    }
}

/// <summary>
/// Who learns about marks, and when: privacy settings are read anew each time; the authors of a group are told a
/// little later, all at once. Runs on the scheduler of the activation that owns it.
/// </summary>
internal sealed class ReceiptTelling(
    ConversationId conversation,
    IConversationStore store,
    IPublisher publisher,
    IRelations relations,
    ConversationOptions options,
    TimeProvider time,
    ILogger logger,
    Task stopping
)
{
    private readonly GroupReceipts _receipts = new(options);

    /// <summary>The telling that is under way.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Of a direct conversation in which marks rose; of a group it is read when they are told.</summary>
    public ValueTask<ReceiptPrivacy> ReadPrivacyAsync(ConversationState state, AppendBatchDecision decision) =>
        state.Kind == ConversationKind.Direct && decision.Raised.Count > 0
            ? ReadPrivacyAsync(state.Members.Present)
            : new(ReceiptPrivacy.None);

    /// <summary>Gathers what the authors of a group are to be told.</summary>
    /// <param name="current">The writer's state when it is told; null when it was dropped meanwhile.</param>
    public void Gather(ConversationState state, Action<GroupReceipts> gather, Func<ConversationState?> current)
    {
        if (state.Kind != ConversationKind.Group)
        {
            return;
        }

        var waits = !_receipts.IsEmpty;
        gather(_receipts);
        if (!waits && !_receipts.IsEmpty)
        {
            Running = TellLaterAsync(current);
        }
    }

    private async Task TellLaterAsync(Func<ConversationState?> current)
    {
        await Task.WhenAny(Task.Delay(options.ReceiptDelay, time), stopping);
        try
        {
            // A fault may have dropped it meanwhile: tell what is persisted all the same.
            var state =
                current()
                ?? new ConversationState(conversation, await store.LoadAsync(conversation), claimed: false, options);
            var privacy = await ReadPrivacyAsync(state.Members.Present);
            foreach (var publication in _receipts.Take(state, privacy))
            {
                publisher.Publish(publication);
            }
        }
        catch (Exception exception)
        {
            ConversationLog.PublishFailed(logger, conversation, exception);
        }
    }

    private async ValueTask<ReceiptPrivacy> ReadPrivacyAsync(ImmutableArray<UserId> users)
    {
        try
        {
            return await ReceiptPrivacy.ReadAsync(relations, users, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Tell nothing unless the settings are known; the list of conversations shows it later.
            ConversationLog.PublishFailed(logger, conversation, exception);
            return ReceiptPrivacy.Silent;
        }
    }
}
