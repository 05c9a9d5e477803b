using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>Raises marks; <c>ok</c> once all of them are persisted (D6).</summary>
internal static class MarkCommand
{
    public static async Task ExecuteAsync(Session session, SessionRequest request, Protocol.V1.MarkRequest marks)
    {
        var wanted = new Dictionary<ConversationId, (long Delivered, long Read)>();
        foreach (var mark in marks.Marks)
        {
            if (!ConversationId.TryParse(mark.Conversation, out var conversation))
            {
                session.Fail(request, ErrorCode.NotFound, "conversation");
                return;
            }

            // `read` implies `delivered`.
            var (delivered, read) = wanted.GetValueOrDefault(conversation);
            read = Math.Max(read, (long)mark.Read);
            wanted[conversation] = (Math.Max(Math.Max(delivered, (long)mark.Delivered), read), read);
        }

        var replies = await Task.WhenAll(wanted.Select(each => MarkAsync(session, each.Key, each.Value)));
        var worst = Array.Find(replies, IsRetryable) is var retryable and not default(AppendStatus)
            ? retryable
            : Array.Find(replies, each => each != AppendStatus.Committed);
        if (worst == default)
        {
            session.Answer(request, new ServerFrame { Ok = new() });
        }
        else
        {
            session.Fail(request, worst.ToErrorCode(), IsRetryable(worst) ? null : "conversation");
        }
    }

    /// <summary>
    /// A client repeats what may still succeed; what is refused for good must not hold the others back.
    /// </summary>
    private static bool IsRetryable(AppendStatus status) =>
        status is AppendStatus.Unavailable or AppendStatus.Unknown or AppendStatus.Predecessor;

    private static async Task<AppendStatus> MarkAsync(
        Session session,
        ConversationId conversation,
        (long Delivered, long Read) mark
    )
    {
        try
        {
            var reply = await session.Services.Conversations.MarkAsync(
                conversation,
                new(session.User, mark.Delivered, mark.Read)
            );
            return reply.Status;
        }
        catch (Exception exception)
        {
            GatewayLog.AppendUnknown(session.Services.Log, exception, conversation);
            return AppendStatus.Unknown;
        }
    }
}
