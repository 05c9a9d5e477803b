using Connect.Contracts.Identifiers;
using Connect.Doors.Limits;

namespace Connect.Gateway.Commands;

/// <summary>
/// What one session was refused for its speed. A message behind a refused one is refused, too: it could only be
/// answered <c>predecessor</c>, and would have used up what the first one waits for.
/// </summary>
internal sealed class SessionRates(RateLimits limits, UserId user, int typingPerSecond)
{
    private long _typingSecond;
    private int _typingInSecond;
    private Cid _refused;
    private long _refusalsFullAt;

    /// <summary>Zero: the message may go on. Else how long its sender shall wait.</summary>
    public TimeSpan TakeSend(ConversationId conversation, Cid cid, Cid after)
    {
        var wait = !after.IsNone && after == _refused ? TimeSpan.FromSeconds(1) : limits.TakeSend(user);
        if (wait == TimeSpan.Zero)
        {
            // Last, so that one who is too fast uses up nothing of the others.
            wait = limits.TakeSend(conversation);
        }

        if (wait > TimeSpan.Zero)
        {
            _refused = cid;
        }
        else if (cid == _refused)
        {
            _refused = default;
        }

        return wait;
    }

    /// <summary>One more refusal. False: the client does not slow down, and its session shall end.</summary>
    public bool TryRefuse(long nowMilliseconds) =>
        limits.SessionRefusals.Take(ref _refusalsFullAt, nowMilliseconds * TimeSpan.TicksPerMillisecond)
        == TimeSpan.Zero;

    /// <summary>Whether one more frame of typing is listened to; called by the reader of the socket alone.</summary>
    public bool TryType(long nowMilliseconds)
    {
        var second = nowMilliseconds / 1000;
        if (second != _typingSecond)
        {
            (_typingSecond, _typingInSecond) = (second, 0);
        }

        return ++_typingInSecond <= typingPerSecond;
    }
}
