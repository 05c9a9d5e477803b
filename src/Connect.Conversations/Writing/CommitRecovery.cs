using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Connect.Conversations.State;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Writing;

/// <summary>
/// Finds out what became of a commit with an unknown outcome (ADR 0002): claims the conversation, which settles
/// whatever is still in flight, and only then looks.
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
    /// Null when the store did not answer within the limit, or refuses for good: callers learn it at once, and a node
    /// that shuts down is not held up.
    /// </summary>
    /// <param name="lost">The commit whose outcome is unknown.</param>
    /// <param name="probes">The cids to look up.</param>
    /// <param name="prepareAsync">Makes the index rows of a creation durable before it is retried (ADR 0015).</param>
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
                // Whatever the store throws: ask again.
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
            // There may be no head to claim yet. Repeating the insert waits for the first one and leaves a head.
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
            // Nothing is written for a deleted user; their deletion inserts the head if the lost commit did not.
            return true;
        }

        var again = await store.CommitAsync(lost);
        if (again.Status == CommitStatus.Refused)
        {
            // Only a refused claim tells whether asking again is any use.
            await store.ClaimAsync(conversation);
        }

        return again.Status is CommitStatus.Committed or CommitStatus.Exists;
    }

    /// <summary>
    /// Exponential, with jitter from the conversation's id: after an outage the writers do not all return at once.
    /// </summary>
    private TimeSpan Pause(int attempt)
    {
        var pause = options.RecoveryFirstPause * Math.Pow(2, Math.Min(attempt, 16));
        var limited = pause < options.RecoveryMaxPause ? pause : options.RecoveryMaxPause;
        return limited * (0.5 + (double)(ulong)(conversation.Value & 0xFF) / 512);
    }
}
