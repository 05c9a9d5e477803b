using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Resuming;

/// <summary>
/// What moved lately for the users of one partition who are online or have been gone for minutes. Pure and not
/// thread-safe: the partition's lock guards it, so that a session is registered and compared in one step.
/// </summary>
internal sealed class PartitionMoves(ResumeOptions options, TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();
    private readonly Dictionary<UserId, UserMoves> _users = [];
    private readonly LinkedList<(UserId User, long At)> _gone = new();

    /// <summary>Users remembered.</summary>
    public int Count => _users.Count;

    private long Now => (long)time.GetElapsedTime(_startedAt).TotalMilliseconds;

    public void Came(SessionRoute route)
    {
        if (!_users.TryGetValue(route.User, out var moves))
        {
            _users.Add(route.User, moves = new(options));
        }

        moves.Came(route.Session, Now);
    }

    public void Went(SessionRoute route, RouteEnding ending)
    {
        if (!_users.TryGetValue(route.User, out var moves))
        {
            return;
        }

        moves.Went(route.Session, ending, Now);
        if (!moves.IsLive)
        {
            _gone.AddLast((route.User, Now));
        }

        Forget();
    }

    public void Record(UserId user, Publication publication)
    {
        if (!publication.IsTransient && _users.TryGetValue(user, out var moves))
        {
            moves.Record(publication, Now);
        }
    }

    /// <summary>Judges a claim to resume; without one the device syncs everything.</summary>
    public RouteRegistration Claim(UserId user, ResumeClaim? claim, string incarnation)
    {
        if (claim is null || claim.Incarnation != incarnation || !_users.TryGetValue(user, out var moves))
        {
            return RouteRegistration.Anew(incarnation);
        }

        var (outcome, changed, refresh) = moves.Claim(claim.Session, claim.Heads, Now);
        return new(incarnation, outcome, changed, refresh);
    }

    /// <summary>Forgets users gone for too long and, above the limit, those gone longest.</summary>
    private void Forget()
    {
        var oldest = Now - (long)options.Window.TotalMilliseconds;
        while (_gone.First is { Value: var first } && (first.At < oldest || _gone.Count > options.GoneUsers))
        {
            _gone.RemoveFirst();
            if (
                _users.TryGetValue(first.User, out var moves)
                && !moves.IsLive
                && !_gone.Any(each => each.User == first.User)
            )
            {
                _users.Remove(first.User);
            }
        }
    }
}

/// <summary>
/// What moved lately for one user, and from where which session may resume. Pure and not thread-safe; times are
/// milliseconds of any monotonic clock. It errs on one side: it never says that nothing was missed when something may
/// have been.
/// </summary>
internal sealed class UserMoves(ResumeOptions options)
{
    private readonly Dictionary<ConversationId, (long Head, long At)> _moves = [];
    private readonly Dictionary<SessionId, Known> _sessions = [];

    // Moves up to this time may have been forgotten.
    private long _forgottenUntil = -1;
    private long _refreshAt = -1;

    /// <summary>There is a session now.</summary>
    public bool IsLive => _sessions.Values.Any(session => session.WentAt is null);

    /// <summary>Conversations remembered.</summary>
    public int Count => _moves.Count;

    public void Came(SessionId session, long now) => _sessions.TryAdd(session, new(now, null, WasLive: false, now));

    public void Went(SessionId session, RouteEnding ending, long now)
    {
        if (!_sessions.TryGetValue(session, out var known) || known.WentAt is not null)
        {
            return;
        }

        var sureUntil =
            ending.UncertainFor > options.Window
                ? known.CameAt
                : now - (long)(ending.UncertainFor + options.OnItsWay).TotalMilliseconds;
        _sessions[session] = known with
        {
            WentAt = now,
            WasLive = ending.WasLive,
            SureUntil = Math.Max(known.CameAt, sureUntil),
        };
        var gone = _sessions.Where(each => each.Value.WentAt is not null).OrderByDescending(each => each.Value.WentAt);
        foreach (var (each, _) in gone.Skip(options.Sessions).ToList())
        {
            _sessions.Remove(each);
        }
    }

    /// <summary>Something was published to the user.</summary>
    public void Record(Publication publication, long now)
    {
        // A hint may stand for anything that was dropped.
        if (publication.Entries.IsEmpty)
        {
            _refreshAt = now;
        }

        if (publication.IsHint || !publication.Entries.IsEmpty)
        {
            var head = Math.Max(publication.Head, _moves.GetValueOrDefault(publication.Conversation).Head);
            _moves[publication.Conversation] = (head, now);
            if (_moves.Count > options.Moves)
            {
                var (oldest, move) = _moves.MinBy(each => each.Value.At);
                _moves.Remove(oldest);
                _forgottenUntil = Math.Max(_forgottenUntil, move.At);
            }
        }
    }

    /// <summary>What a device that held <paramref name="heads"/> missed since its session.</summary>
    public (ResumeOutcome Outcome, ImmutableArray<ConversationPosition> Changed, bool Refresh) Claim(
        SessionId session,
        ImmutableArray<ConversationPosition> heads,
        long now
    )
    {
        var window = (long)options.Window.TotalMilliseconds;
        if (
            !_sessions.TryGetValue(session, out var known)
            || known is not { WasLive: true, WentAt: { } wentAt }
            || now - wentAt > window
            || _forgottenUntil >= known.SureUntil
        )
        {
            return (ResumeOutcome.No, [], true);
        }

        var held = heads.ToDictionary(each => each.Conversation, each => each.Seq);
        var stated = Math.Max(known.CameAt, Math.Min(known.SureUntil, wentAt - window));
        var changed = ImmutableArray.CreateBuilder<ConversationPosition>();
        foreach (var (conversation, (head, at)) in _moves)
        {
            // A device does not hold what moved lately if its claim does not list it.
            var isMissed = held.TryGetValue(conversation, out var seq) ? seq < head : at >= stated;
            if (isMissed && at >= known.CameAt)
            {
                changed.Add(new(conversation, head));
            }
        }

        var outcome = changed.Count == 0 ? ResumeOutcome.Full : ResumeOutcome.Partial;
        return (outcome, changed.DrainToImmutable(), _refreshAt >= known.SureUntil);
    }

    /// <param name="CameAt">What moved earlier was part of its sync, or of what it resumed from.</param>
    /// <param name="WentAt">Null while it is connected.</param>
    /// <param name="WasLive">Whether it was live when it ended.</param>
    /// <param name="SureUntil">What moved earlier has certainly arrived.</param>
    private readonly record struct Known(long CameAt, long? WentAt, bool WasLive, long SureUntil);
}
