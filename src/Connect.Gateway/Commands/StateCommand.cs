using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// What the user looks at. It has no answer, so what is not an id is left out. One who changes it faster than the rate
/// is heard later, and then the last word counts.
/// </summary>
internal static class StateCommand
{
    public static void Execute(SessionCommands caller, StateRequest asked)
    {
        if (!caller.State.TrySay(ReadAttention(asked)))
        {
            caller.TooFast();
        }
    }

    private static SessionAttention ReadAttention(StateRequest state)
    {
        var open = ImmutableArray.CreateBuilder<ConversationId>(state.Open.Count);
        foreach (var text in state.Open)
        {
            if (ConversationId.TryParse(text, out var conversation))
            {
                open.Add(conversation);
            }
        }

        return new(state.Activity == Activity.Background, open.DrainToImmutable());
    }
}

/// <summary>What one session said of its attention and was not acted on yet.</summary>
internal sealed class StateLane(Session session, RateLimits rates, TimerWheel wheel) : ITimerWheelItem
{
    private readonly Lock _gate = new();
    private SessionAttention? _next;

    public long WheelDue { get; set; }

    /// <summary>
    /// Acts on it at once if it changes anything; false: too soon after the last changes, so it waits and a newer word
    /// takes its place.
    /// </summary>
    public bool TrySay(SessionAttention attention)
    {
        if (Volatile.Read(ref _next) is null && session.Attention.Says(attention))
        {
            return true;
        }

        TimeSpan wait;
        lock (_gate)
        {
            if (_next is not null)
            {
                _next = attention;
                return false;
            }

            wait = rates.States.Take(session.User);
            if (wait == TimeSpan.Zero)
            {
                session.Attention = attention;
                return true;
            }

            _next = attention;
        }

        wheel.Schedule(this, DueAfter(wheel.Now, wait));
        return false;
    }

    public long OnDue(long now)
    {
        lock (_gate)
        {
            if (_next is not { } next || !session.IsOpen)
            {
                _next = null;
                return 0;
            }

            if (!session.Attention.Says(next))
            {
                var wait = rates.States.Take(session.User);
                if (wait > TimeSpan.Zero)
                {
                    return DueAfter(now, wait);
                }

                session.Attention = next;
            }

            _next = null;
            return 0;
        }
    }

    private static long DueAfter(long now, TimeSpan wait) => now + (long)Math.Ceiling(wait.TotalMilliseconds);
}
