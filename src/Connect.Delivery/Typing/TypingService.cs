using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Presence;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Typing;

/// <summary>
/// Takes typing from the sessions of this node to the other members: checked, throttled, and published like everything
/// else, except that it is dropped without a trace where there is no room.
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

    /// <summary>The user sent a message there, which itself ends the typing for the recipients.</summary>
    public void Sent(UserId user, ConversationId conversation)
    {
        lock (_gate)
        {
            _board.Forget(conversation, user);
        }
    }

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

/// <summary>
/// Which of this node's users type where, as last published. Typing is repeated while it lasts, no more often than
/// needed, and only for a limited number of users per conversation: nobody reads more names. One who stops and begins
/// again is told as one who goes on: once in the same interval. Not thread-safe; times are milliseconds of any
/// monotonic clock.
/// </summary>
/// <param name="duration">Typing expires after this.</param>
/// <param name="repeat">Minimum interval between repeats.</param>
/// <param name="typists">Limit per conversation.</param>
/// <param name="conversations">Limit of conversations with typists.</param>
internal sealed class TypingBoard(long duration, long repeat, int typists, int conversations)
{
    private readonly Dictionary<ConversationId, List<Typist>> _rooms = [];

    /// <param name="User">Who.</param>
    /// <param name="ToldAt">When it was last published that they type.</param>
    /// <param name="IsOn">They have not stopped since.</param>
    private readonly record struct Typist(UserId User, long ToldAt, bool IsOn);

    public int Count => _rooms.Count;

    /// <summary>True if the others need to know.</summary>
    public bool Start(ConversationId conversation, UserId user, long now)
    {
        if (!_rooms.TryGetValue(conversation, out var room))
        {
            if (_rooms.Count >= conversations && !MakeRoom(now))
            {
                return false;
            }

            _rooms.Add(conversation, room = []);
        }

        room.RemoveAll(each => IsOver(each, now));
        var known = room.FindIndex(each => each.User == user);
        if (known < 0 ? room.Count >= typists : now < room[known].ToldAt + repeat)
        {
            return false;
        }

        if (known >= 0)
        {
            room.RemoveAt(known);
        }

        room.Add(new(user, now, IsOn: true));
        return true;
    }

    /// <summary>
    /// True if the others may still see this user typing. Theirs is the clock that counts: one that stood still with
    /// the process has not let the typing expire, whatever this one says.
    /// </summary>
    public bool Stop(ConversationId conversation, UserId user, long now)
    {
        if (!_rooms.TryGetValue(conversation, out var room))
        {
            return false;
        }

        var known = room.FindIndex(each => each.User == user && each.IsOn);
        if (known >= 0)
        {
            room[known] = room[known] with { IsOn = false };
        }

        RemoveOver(conversation, room, now);
        return known >= 0;
    }

    /// <summary>What this user wrote was sent, which ends it for the others: typing anew is told at once.</summary>
    public void Forget(ConversationId conversation, UserId user)
    {
        if (_rooms.TryGetValue(conversation, out var room))
        {
            room.RemoveAll(each => each.User == user);
            if (room.Count == 0)
            {
                _rooms.Remove(conversation);
            }
        }
    }

    /// <summary>Nobody has to remember it: it ended by itself, or so long ago that it may be told again.</summary>
    private bool IsOver(Typist typist, long now) => now >= typist.ToldAt + (typist.IsOn ? duration : repeat);

    private void RemoveOver(ConversationId conversation, List<Typist> room, long now)
    {
        room.RemoveAll(each => IsOver(each, now));
        if (room.Count == 0)
        {
            _rooms.Remove(conversation);
        }
    }

    private bool MakeRoom(long now)
    {
        foreach (var (conversation, room) in _rooms)
        {
            RemoveOver(conversation, room, now);
        }

        return _rooms.Count < conversations;
    }
}
