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

/// <summary>
/// Who is told of marks, and when: what the members hide is read for each telling; the authors of a group are told a
/// little later, all at once (D6). On the scheduler of the activation that owns it.
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
            // Dropped meanwhile, by a fault: what is persisted is told all the same.
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
            // What is not known must not be told; the list of conversations says it later.
            ConversationLog.PublishFailed(logger, conversation, exception);
            return ReceiptPrivacy.Silent;
        }
    }
}
