using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Conversations.Logging;
using Connect.Conversations.Routing;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Marking;

/// <summary>A mark as a device reports it.</summary>
/// <param name="Conversation">Its id, as the caller wrote it.</param>
/// <param name="Delivered">The device holds everything up to this seq; 0 = not given.</param>
/// <param name="Read">The user has read everything up to this seq; 0 = not given. Implies delivered.</param>
public readonly record struct MarkDraft(string Conversation, ulong Delivered, ulong Read);

/// <summary>Raises a user's marks in several conversations at once.</summary>
public sealed class ConversationMarks(IConversations conversations, ILogger<ConversationMarks> log)
{
    /// <summary>
    /// Null once all of them are persisted; else what was worst of them. What may still succeed comes first, for a
    /// client repeats it, and what is refused for good must not hold the others back.
    /// </summary>
    public async Task<Refusal?> RaiseAsync(UserId user, IEnumerable<MarkDraft> marks)
    {
        var wanted = new Dictionary<ConversationId, (long Delivered, long Read)>();
        foreach (var mark in marks)
        {
            if (!ConversationId.TryParse(mark.Conversation, out var conversation))
            {
                return new(RefusalReason.NotFound, Field: "conversation");
            }

            var (delivered, read) = wanted.GetValueOrDefault(conversation);
            read = Math.Max(read, (long)mark.Read);
            wanted[conversation] = (Math.Max(Math.Max(delivered, (long)mark.Delivered), read), read);
        }

        var replies = await Task.WhenAll(wanted.Select(each => RaiseAsync(user, each.Key, each.Value)));
        var worst = Array.Find(replies, IsRetryable) is var retryable and not default(AppendStatus)
            ? retryable
            : Array.Find(replies, each => each != AppendStatus.Committed);
        return worst == default ? null : new(worst.ToReason(), Field: IsRetryable(worst) ? null : "conversation");
    }

    private static bool IsRetryable(AppendStatus status) =>
        status is AppendStatus.Unavailable or AppendStatus.Unknown or AppendStatus.Predecessor;

    private async Task<AppendStatus> RaiseAsync(
        UserId user,
        ConversationId conversation,
        (long Delivered, long Read) mark
    )
    {
        try
        {
            return (await conversations.MarkAsync(conversation, new(user, mark.Delivered, mark.Read))).Status;
        }
        catch (Exception exception)
        {
            ConversationLog.AppendUnknown(log, exception, conversation);
            return AppendStatus.Unknown;
        }
    }
}
