using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Presence;
using Connect.Delivery.Resuming;

namespace Connect.Delivery.Directory;

/// <summary>
/// Where the sessions of a share of the users are; memory only, rebuilt by the gateways (D7). Calls come from many
/// threads and are short, so one lock guards it.
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

    /// <summary>The gateways told their routes, or did not in time: who has no route now is offline.</summary>
    public bool IsComplete => _completed.Task.IsCompleted;

    /// <summary>Ends when the partition is complete.</summary>
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
    /// Adds a route and says, in the same turn, what its device missed: what moves later is pushed to it.
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

    /// <summary>Takes what a gateway answered at the start; a session that ended meanwhile stays ended.</summary>
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

    /// <summary>Remembers what is published to a user; the routes it goes to.</summary>
    public SessionRoute[] Publish(UserId user, Publication publication)
    {
        lock (_lock)
        {
            moves.Record(user, publication);
            return _routes.TryGetValue(user, out var routes) ? routes : [];
        }
    }

    /// <summary>The routes of a user; the array is never changed.</summary>
    public SessionRoute[] Find(UserId user)
    {
        lock (_lock)
        {
            return _routes.TryGetValue(user, out var routes) ? routes : [];
        }
    }

    /// <summary>The presence of a user, who is watched from now on.</summary>
    public PresenceStatus Watch(UserId user, NodeId watcher)
    {
        lock (_lock)
        {
            return presence.Watch(user, watcher);
        }
    }

    /// <summary>Who may see the user, or whom the user may see, changed.</summary>
    public void Doubt(UserId user, UserId with)
    {
        lock (_lock)
        {
            presence.Doubt(user, with, Find(user).Select(route => route.Node));
        }
    }

    /// <summary>Takes what watchers are to be told now.</summary>
    public void TakeNews(Action<NodeId, PresenceStatus> change, Action<NodeId, PresenceInvalidation> doubt)
    {
        if (presence.IsIdle)
        {
            return;
        }

        lock (_lock)
        {
            presence.Expire();
            presence.Take(change, doubt);
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
