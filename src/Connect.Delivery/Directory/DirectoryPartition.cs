using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Presence;
using Connect.Delivery.Resuming;

namespace Connect.Delivery.Directory;

/// <summary>
/// The session routes of a share of the users; in memory only, rebuilt from the gateways (ADR 0010). Calls come from
/// many threads and are short, so one lock suffices.
/// </summary>
internal sealed class DirectoryPartition(
    int number,
    string incarnation,
    PartitionPresence presence,
    PartitionMoves moves
)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, SessionRoute[]> _routes = [];
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HashSet<SessionRoute>? _endedMeanwhile = [];

    public int Number { get; } = number;

    public string Incarnation { get; } = incarnation;

    /// <summary>The gateways have reported their routes or timed out: a user without a route is offline.</summary>
    public bool IsComplete => _completed.Task.IsCompleted;

    /// <summary>Completes when the partition is complete.</summary>
    public Task Completion => _completed.Task;

    public void Add(SessionRoute route)
    {
        lock (_lock)
        {
            _endedMeanwhile?.Remove(route);
            AddRoute(route);
        }
    }

    /// <summary>
    /// Adds a route and, under the same lock, says what its device missed: everything later is pushed to it.
    /// </summary>
    public RouteRegistration Register(SessionRoute route, ResumeClaim? claim)
    {
        lock (_lock)
        {
            // Before its own route counts. A partition that is not complete yet may have missed something.
            var registration = moves.Claim(route.User, IsComplete ? claim : null, Incarnation);
            Add(route);
            return registration;
        }
    }

    public void Remove(SessionRoute route, RouteEnding ending)
    {
        lock (_lock)
        {
            _endedMeanwhile?.Add(route);
            if (!_routes.TryGetValue(route.User, out var routes))
            {
                return;
            }

            var left = Array.FindAll(routes, other => other != route);
            if (left.Length == routes.Length)
            {
                return;
            }

            presence.Went(route.User, left.Length > 0, ending.End);
            moves.Went(route, ending);
            if (left.Length == 0)
            {
                _routes.Remove(route.User);
            }
            else
            {
                _routes[route.User] = left;
            }
        }
    }

    /// <summary>Adds the routes a gateway reported at the start; a session that ended meanwhile stays ended.</summary>
    public void AddKnown(IEnumerable<SessionRoute> routes)
    {
        lock (_lock)
        {
            foreach (var route in routes)
            {
                if (_endedMeanwhile?.Contains(route) != true)
                {
                    AddRoute(route);
                }
            }
        }
    }

    public void Complete()
    {
        lock (_lock)
        {
            _endedMeanwhile = null;
        }

        _completed.TrySetResult();
    }

    /// <summary>Records a publication to a user and returns the routes it goes to.</summary>
    public SessionRoute[] Publish(UserId user, Publication publication)
    {
        lock (_lock)
        {
            moves.Record(user, publication);
            return _routes.TryGetValue(user, out var routes) ? routes : [];
        }
    }

    /// <summary>The routes of a user; the array is never modified.</summary>
    public SessionRoute[] Find(UserId user)
    {
        lock (_lock)
        {
            return _routes.TryGetValue(user, out var routes) ? routes : [];
        }
    }

    /// <summary>The presence of a user, watched from now on.</summary>
    public PresenceStatus Watch(UserId user, NodeId watcher)
    {
        lock (_lock)
        {
            return presence.Watch(user, watcher);
        }
    }

    /// <summary>Who may see the user, or whom the user may see, changed.</summary>
    public void Invalidate(UserId user, UserId with)
    {
        lock (_lock)
        {
            presence.Invalidate(user, with, Find(user).Select(route => route.Node));
        }
    }

    /// <summary>Drains what the watching gateways need to know.</summary>
    public void TakeUpdates(Action<NodeId, PresenceStatus> change, Action<NodeId, PresenceInvalidation> invalidation)
    {
        if (presence.IsIdle)
        {
            return;
        }

        lock (_lock)
        {
            presence.Expire();
            presence.Take(change, invalidation);
        }
    }

    private void AddRoute(SessionRoute route)
    {
        presence.Came(route.User);
        moves.Came(route);
        if (!_routes.TryGetValue(route.User, out var routes))
        {
            _routes[route.User] = [route];
        }
        else if (!routes.Contains(route))
        {
            _routes[route.User] = [.. routes, route];
        }
    }
}
