using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Connect.Conversations.State;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Writing;

/// <summary>
/// Finds out what became of a commit that ended unknown (ADR 0002): claims the conversation, so that whatever is still
/// under way is decided for ever, and only then looks.
/// </summary>
internal sealed class CommitRecovery(
    ConversationId conversation,
    IConversationStore store,
    ConversationOptions options,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>The state as it is now, under an epoch of this writer's own, and the cids that have rows.</summary>
    public sealed record Outcome(ConversationSnapshot? Snapshot, ImmutableArray<KnownCid> Known);

    /// <summary>
    /// Null when the limit passed without an answer of the store, or when it said that it takes nothing any more: who
    /// waits is told at once, and a node that ends is not kept from it.
    /// </summary>
    /// <param name="lost">The commit whose outcome is unknown.</param>
    /// <param name="probes">The cids to look up.</param>
    /// <param name="prepareAsync">Makes the index rows of a creation durable before it is tried again (ADR
    /// 0015).</param>
    public async Task<Outcome?> RunAsync(
        ConversationCommit lost,
        ImmutableArray<CidProbe> probes,
        Func<ConversationCommit, ValueTask> prepareAsync
    )
    {
        var started = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (await TryAsync(lost, probes, prepareAsync) is { } outcome)
                {
                    return outcome;
                }
            }
            catch (StoreRefusesException exception) when (exception.IsFinal)
            {
                ConversationLog.RecoveryAttemptFailed(logger, conversation, attempt, exception);
                return null;
            }
            catch (Exception exception)
            {
                // Whatever the store throws, the answer is to ask again.
                ConversationLog.RecoveryAttemptFailed(logger, conversation, attempt, exception);
            }

            if (time.GetElapsedTime(started) >= options.RecoveryLimit)
            {
                return null;
            }

            await Task.Delay(Pause(attempt), time);
        }
    }

    private async Task<Outcome?> TryAsync(
        ConversationCommit lost,
        ImmutableArray<CidProbe> probes,
        Func<ConversationCommit, ValueTask> prepareAsync
    )
    {
        if (lost.Create is not null)
        {
            // There may be no head to claim yet: the same insert again waits for the first one, and afterwards there
            // is.
            if (!await InsertAgainAsync(lost, prepareAsync))
            {
                return null;
            }
        }

        var snapshot = await store.ClaimAsync(conversation);
        if (snapshot is null)
        {
            return lost.Create is null ? new Outcome(null, []) : null;
        }

        var known = probes.IsEmpty ? [] : await store.FindCidsAsync(conversation, probes);
        return new Outcome(snapshot, known);
    }

    private async Task<bool> InsertAgainAsync(ConversationCommit lost, Func<ConversationCommit, ValueTask> prepareAsync)
    {
        try
        {
            await prepareAsync(lost);
        }
        catch (UserGoneException)
        {
            // Nothing of theirs is written any more. Their deletion inserts the head if the lost commit did not.
            return true;
        }

        var again = await store.CommitAsync(lost);
        if (again.Status == CommitStatus.Refused)
        {
            // Whether there is any use in asking again, only the refusal of a claim tells.
            await store.ClaimAsync(conversation);
        }

        return again.Status is CommitStatus.Committed or CommitStatus.Exists;
    }

    /// <summary>
    /// Doubling, and spread by the conversation's id: after an outage all writers come back, not at once.
    /// </summary>
    private TimeSpan Pause(int attempt)
    {
        var pause = options.RecoveryFirstPause * Math.Pow(2, Math.Min(attempt, 16));
        var limited = pause < options.RecoveryMaxPause ? pause : options.RecoveryMaxPause;
        return limited * (0.5 + (double)(ulong)(conversation.Value & 0xFF) / 512);
    }
}
