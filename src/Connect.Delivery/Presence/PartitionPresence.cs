using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Presence;

/// <summary>
/// The presence of one partition's users and the gateways that watch it. Pure and not thread-safe: the partition's
/// lock also guards its routes, so the two never contradict each other.
/// </summary>
internal sealed class PartitionPresence(PresenceOptions options, TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();
    private readonly Dictionary<UserId, (PresenceState State, long Since)> _online = [];
    private readonly Dictionary<UserId, Watched> _watched = [];
    private readonly PriorityQueue<UserId, long> _due = new();
    private readonly Dictionary<UserId, PresenceStatus> _changed = [];
    private readonly List<(PresenceInvalidation Invalidation, NodeId[] Nodes)> _invalidations = [];
    private long _sweepAt;

    private readonly long _life = time.GetUtcNow().Ticks;

    // One counter for all users, so that a user unwatched for a while never gets an old number again.
    private long _number = 1;

    /// <summary>Users whom a gateway watches.</summary>
    public int WatchedCount => _watched.Count;

    /// <summary>Nothing to send and nothing to expire; read without the lock, so it may lag.</summary>
    public bool IsIdle => _watched.Count + _due.Count + _invalidations.Count == 0;

    private long Now => (long)time.GetElapsedTime(_startedAt).TotalMilliseconds;

    public void Came(UserId user)
    {
        var (state, since) = _online.GetValueOrDefault(user);
        if (!state.IsOnline)
        {
            since = UnixNow();
            Change(user, isOnline: true, since);
        }

        _online[user] = (PresenceState.Come(), since);
    }

    /// <param name="isLive">There is another session.</param>
    public void Went(UserId user, bool isLive, RouteEnd end)
    {
        if (!_online.TryGetValue(user, out var known))
        {
            return;
        }

        var now = Now;
        Keep(user, known.State.Go(isLive, now + DelayOf(end), now), known.Since);
    }

    /// <summary>Expires what is over by now; call it often.</summary>
    public void Expire()
    {
        var now = Now;
        while (_due.TryPeek(out var user, out var due) && due <= now)
        {
            _due.Dequeue();
            if (_online.TryGetValue(user, out var known))
            {
                Keep(user, known.State.Settle(now), known.Since);
            }
        }

        if (now >= _sweepAt)
        {
            _sweepAt = now + Milliseconds(options.WatchLease);
            Sweep(now);
        }
    }

    /// <summary>The current presence of a user; the gateway gets changes until its lease ends.</summary>
    public PresenceStatus Watch(UserId user, NodeId watcher)
    {
        var now = Now;
        if (!_watched.TryGetValue(user, out var watched))
        {
            _watched.Add(user, watched = new(_number));
        }

        watched.Leases[watcher] = now + Milliseconds(options.WatchLease);
        var (state, since) = _online.GetValueOrDefault(user);
        var isSure = state.IsOnline || now >= Milliseconds(options.SentAwayDelay);
        return new(user, state.IsOnline, since, new(_life, _number), watched.Revision, isSure);
    }

    /// <summary>Who may see the user, or whom the user may see, changed.</summary>
    /// <param name="nodes">The nodes of the user's own sessions.</param>
    public void Invalidate(UserId user, UserId with, IEnumerable<NodeId> nodes)
    {
        var revision = ++_number;
        var before = revision;
        var gateways = nodes.ToHashSet();
        if (_watched.TryGetValue(user, out var watched))
        {
            (before, watched.Revision) = (watched.Revision, revision);
            gateways.UnionWith(watched.Leases.Keys);
        }

        if (gateways.Count > 0)
        {
            _invalidations.Add((new(user, with, before, revision), [.. gateways]));
        }
    }

    /// <summary>Drains the pending changes and invalidations, each with its gateway.</summary>
    public void Take(Action<NodeId, PresenceStatus> change, Action<NodeId, PresenceInvalidation> invalidation)
    {
        foreach (var (user, status) in _changed)
        {
            if (_watched.TryGetValue(user, out var watched))
            {
                foreach (var node in watched.Leases.Keys)
                {
                    change(node, status with { Revision = watched.Revision });
                }
            }
        }

        foreach (var (each, nodes) in _invalidations)
        {
            foreach (var node in nodes)
            {
                invalidation(node, each);
            }
        }

        _changed.Clear();
        _invalidations.Clear();
    }

    private long UnixNow() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private long DelayOf(RouteEnd end) =>
        end switch
        {
            RouteEnd.Left => 0,
            RouteEnd.SentAway => Milliseconds(options.SentAwayDelay),
            _ => Milliseconds(options.BrokenDelay),
        };

    private void Keep(UserId user, PresenceState state, long since)
    {
        if (!state.IsOnline)
        {
            _online.Remove(user);
            Change(user, isOnline: false, UnixNow());
            return;
        }

        _online[user] = (state, since);
        if (state.Due is { } due)
        {
            _due.Enqueue(user, due);
        }
    }

    private void Change(UserId user, bool isOnline, long since)
    {
        _number++;
        if (_watched.ContainsKey(user))
        {
            _changed[user] = new(user, isOnline, since, new(_life, _number), 0);
        }
    }

    private void Sweep(long now)
    {
        foreach (var (user, watched) in _watched)
        {
            foreach (var (node, until) in watched.Leases)
            {
                if (until <= now)
                {
                    watched.Leases.Remove(node);
                }
            }

            if (watched.Leases.Count == 0)
            {
                _watched.Remove(user);
            }
        }
    }

    private sealed class Watched(long revision)
    {
        public long Revision { get; set; } = revision;

        public Dictionary<NodeId, long> Leases { get; } = [];
    }
}

/// <summary>
/// Whether a user counts as online. All sessions make one presence, which outlasts the last of them by a grace period
/// that depends on how they ended. Pure; times are milliseconds of any monotonic clock.
/// </summary>
/// <param name="IsOnline">What others see.</param>
/// <param name="IsLive">There is a session.</param>
/// <param name="Until">When the grace period ends.</param>
internal readonly record struct PresenceState(bool IsOnline, bool IsLive, long Until)
{
    public static readonly PresenceState Offline;

    /// <summary>When it may expire; none while there is a session.</summary>
    public long? Due => IsOnline && !IsLive ? Until : null;

    /// <summary>A session began: cancels any grace period.</summary>
    public static PresenceState Come() => new(IsOnline: true, IsLive: true, Until: 0);

    /// <summary>A session ended; its device may be back until <paramref name="until"/>.</summary>
    public PresenceState Go(bool isLive, long until, long now) =>
        (this with { IsLive = isLive, Until = Math.Max(Until, until) }).Settle(now);

    public PresenceState Settle(long now) => Due is { } due && now >= due ? Offline : this;
}
