using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Resuming;

/// <summary>
/// What moved lately for the users of one partition that are online or gone for minutes. Pure and not thread-safe: the
/// partition guards it with the lock of its routes, so that a session is registered and compared in one turn.
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

    /// <summary>What a claim is worth; without one nothing is known.</summary>
    public RouteRegistration Claim(UserId user, ResumeClaim? claim, string incarnation)
    {
        if (claim is null || claim.Incarnation != incarnation || !_users.TryGetValue(user, out var moves))
        {
            return RouteRegistration.Anew(incarnation);
        }

        var (outcome, changed, refresh) = moves.Claim(claim.Session, claim.Heads, Now);
        return new(incarnation, outcome, changed, refresh);
    }

    /// <summary>Who is gone for too long, or when they are too many the longest.</summary>
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
