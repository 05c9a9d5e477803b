using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Presence;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Typing;

/// <summary>
/// Typing on its way from a session of this node to the other members: checked, thinned, and published like everything
/// else, except that nothing is left of it where there is no room.
/// </summary>
public sealed class TypingService
{
    private readonly Lock _gate = new();
    private readonly TypingBoard _board;
    private readonly MemberCache _members;
    private readonly IRelations _relations;
    private readonly IPublisher _publisher;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ILogger _log;

    public TypingService(
        MemberCache members,
        IRelations relations,
        IPublisher publisher,
        IOptions<TypingOptions> options,
        TimeProvider time,
        ILogger<TypingService> log
    )
    {
        var limits = options.Value;
        _board = new(
            (long)limits.Duration.TotalMilliseconds,
            (long)limits.Repeat.TotalMilliseconds,
            limits.TypistsPerConversation,
            limits.Conversations
        );
        (_members, _relations, _publisher, _time, _log) = (members, relations, publisher, time, log);
        _started = time.GetTimestamp();
    }

    private long Now => (long)_time.GetElapsedTime(_started).TotalMilliseconds;

    public void Change(UserId user, ConversationId conversation, bool isOn)
    {
        var task = ChangeAsync(user, conversation, isOn);
        if (!task.IsCompletedSuccessfully)
        {
            _ = LogAsync(task, conversation);
        }
    }

    /// <summary>The user sent a message there: the receivers end it by the message itself.</summary>
    public void Sent(UserId user, ConversationId conversation) => TryStop(user, conversation);

    private async Task ChangeAsync(UserId user, ConversationId conversation, bool isOn)
    {
        if (!isOn && !TryStop(user, conversation))
        {
            return;
        }

        if (await _members.FindAsync(user, conversation) is not { } members || (isOn && !TryStart(user, conversation)))
        {
            return;
        }

        var others = await FindListenersAsync(user, members.Remove(user));
        if (!others.IsEmpty)
        {
            _publisher.Publish(Publication.OfTyping(conversation, new(user, isOn), others));
        }
    }

    /// <summary>A block, by whichever side, hides typing between the two everywhere.</summary>
    private async ValueTask<ImmutableArray<UserId>> FindListenersAsync(UserId user, ImmutableArray<UserId> others)
    {
        var blocks = await _relations.FindBlocksAsync(user, others, CancellationToken.None);
        return blocks.IsEmpty
            ? others
            : [.. others.Except(blocks.Where(each => each.ByOne || each.ByOther).Select(each => each.Other))];
    }

    private bool TryStart(UserId user, ConversationId conversation)
    {
        lock (_gate)
        {
            return _board.Start(conversation, user, Now);
        }
    }

    private bool TryStop(UserId user, ConversationId conversation)
    {
        lock (_gate)
        {
            return _board.Stop(conversation, user, Now);
        }
    }

    private async Task LogAsync(Task change, ConversationId conversation)
    {
        try
        {
            await change;
        }
        catch (Exception exception)
        {
            SignalLog.TypingFailed(_log, exception, conversation);
        }
    }
}
