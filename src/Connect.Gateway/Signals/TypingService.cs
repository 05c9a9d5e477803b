using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Signals;

/// <summary>
/// Typing on its way from a session of this node to the other members: checked, thinned, and published like everything
/// else, except that nothing is left of it where there is no room.
/// </summary>
internal sealed class TypingService
{
    private readonly Lock _gate = new();
    private readonly TypingBoard _board;
    private readonly MemberCache _members;
    private readonly IRelations _relations;
    private readonly IPublisher _publisher;
    private readonly SessionWheel _wheel;
    private readonly ILogger _log;

    public TypingService(
        IConversationReader reader,
        IRelations relations,
        IPublisher publisher,
        SessionWheel wheel,
        IOptions<GatewayOptions> options,
        TimeProvider time,
        ILogger<TypingService> log
    )
    {
        var limits = options.Value;
        _board = new(
            (long)ProtocolLimits.TypingDuration.TotalMilliseconds,
            (long)ProtocolLimits.TypingRepeat.TotalMilliseconds,
            ProtocolLimits.TypistsPerConversation,
            limits.TypingConversations
        );
        _members = new(reader, time, limits.TypingConversations, limits.MemberMemory);
        (_relations, _publisher, _wheel, _log) = (relations, publisher, wheel, log);
    }

    /// <summary>Looks at what passes through this node.</summary>
    public void Notice(Publication publication) => _members.Notice(publication);

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
            return _board.Start(conversation, user, _wheel.Now);
        }
    }

    private bool TryStop(UserId user, ConversationId conversation)
    {
        lock (_gate)
        {
            return _board.Stop(conversation, user, _wheel.Now);
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
            GatewayLog.TypingFailed(_log, exception, conversation);
        }
    }
}
