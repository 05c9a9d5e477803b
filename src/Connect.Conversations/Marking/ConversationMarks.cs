using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Connect.Conversations.Routing;
using Connect.Conversations.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Conversations.Marking;

/// <summary>A mark as a device reports it.</summary>
/// <param name="Conversation">Its id, as the caller wrote it.</param>
/// <param name="Delivered">The device holds everything up to this seq; 0 = not given.</param>
/// <param name="Read">The user has read everything up to this seq; 0 = not given. Implies delivered.</param>
public readonly record struct MarkDraft(string Conversation, ulong Delivered, ulong Read);

/// <summary>Raises a user's marks in several conversations at once.</summary>
public sealed class ConversationMarks(
    IConversations conversations,
    IConversationReader reader,
    IOptions<ConversationOptions> options,
    TimeProvider time,
    ILogger<ConversationMarks> log
)
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

        var replies = await RaiseAsync(user, wanted);
        var worst = Array.Find(replies, IsRetryable) is var retryable and not default(AppendStatus)
            ? retryable
            : Array.Find(replies, each => each != AppendStatus.Committed);
        return worst == default ? null : new(worst.ToReason(), Field: IsRetryable(worst) ? null : "conversation");
    }

    private static bool IsRetryable(AppendStatus status) =>
        status is AppendStatus.Unavailable or AppendStatus.Unknown or AppendStatus.Predecessor;

    /// <summary>
    /// One read of the store decides which conversations the user is a member of: no writer is made for the others, nor
    /// for marks that are there already.
    /// </summary>
    private async Task<AppendStatus[]> RaiseAsync(
        UserId user,
        Dictionary<ConversationId, (long Delivered, long Read)> wanted
    )
    {
        ImmutableArray<Member?> members;
        try
        {
            members = await reader.ReadOwnAsync(user, [.. wanted.Keys], CancellationToken.None);
        }
        catch (Exception exception)
        {
            ConversationLog.MarksUnread(log, exception);
            return [AppendStatus.Unavailable];
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await Task.WhenAll(
            wanted.Select(
                (each, i) =>
                    Membership.MayWrite(members[i], now, options.Value) is var may and not AppendStatus.Committed
                        ? Task.FromResult(may)
                    : members[i]!.Marks is var marks
                    && each.Value.Delivered <= marks.Delivered
                    && each.Value.Read <= marks.Read
                        ? Task.FromResult(AppendStatus.Committed)
                    : RaiseAsync(user, each.Key, each.Value)
            )
        );
    }

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
