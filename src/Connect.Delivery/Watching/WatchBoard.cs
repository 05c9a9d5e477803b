using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Watching;

/// <summary>
/// Whose presence this node's sessions watch, what is known of it, and what each was shown. A viewer sees a user online
/// exactly while they are and the viewer may see it; forbidden, unknown and offline look alike. Pure and not
/// thread-safe.
/// </summary>
/// <param name="limit">Users per viewer.</param>
internal sealed class WatchBoard<TViewer>(int limit)
    where TViewer : class
{
    private readonly Dictionary<TViewer, Viewer> _viewers = [];
    private readonly Dictionary<UserId, Target> _targets = [];
    private readonly Dictionary<UserId, HashSet<TViewer>> _byUser = [];
    private long _checks;

    /// <summary>Users that somebody watches.</summary>
    public IReadOnlyCollection<UserId> Targets => _targets.Keys;

    public int Viewers => _viewers.Count;

    /// <summary>How many users a viewer watches.</summary>
    public int CountWatched(TViewer viewer) => _viewers.GetValueOrDefault(viewer)?.Sights.Count ?? 0;

    /// <summary>Adds users; changes nothing and returns false if they would be too many.</summary>
    public bool TryAdd(TViewer viewer, UserId user, IReadOnlyCollection<UserId> targets, bool isAway)
    {
        var known = _viewers.GetValueOrDefault(viewer);
        if ((known?.Sights.Count ?? 0) + targets.Count(each => known?.Sights.ContainsKey(each) != true) > limit)
        {
            return false;
        }

        if (known is null)
        {
            _viewers.Add(viewer, known = new(user) { IsAway = isAway });
            (_byUser.TryGetValue(user, out var same) ? same : _byUser[user] = []).Add(viewer);
        }

        foreach (var target in targets)
        {
            if (known.Sights.TryAdd(target, new()))
            {
                (_targets.TryGetValue(target, out var watched) ? watched : _targets[target] = new()).Viewers.Add(
                    viewer
                );
            }
        }

        return true;
    }

    public void Remove(TViewer viewer, IEnumerable<UserId> targets)
    {
        if (!_viewers.TryGetValue(viewer, out var known))
        {
            return;
        }

        foreach (var target in targets)
        {
            if (known.Sights.Remove(target) && _targets[target].Viewers is var viewers)
            {
                viewers.Remove(viewer);
                if (viewers.Count == 0)
                {
                    _targets.Remove(target);
                }
            }
        }

        if (known.Sights.Count == 0)
        {
            _viewers.Remove(viewer);
            _byUser[known.User].Remove(viewer);
            if (_byUser[known.User].Count == 0)
            {
                _byUser.Remove(known.User);
            }
        }
    }

    /// <summary>Removes a viewer.</summary>
    public void End(TViewer viewer)
    {
        if (_viewers.TryGetValue(viewer, out var known))
        {
            Remove(viewer, [.. known.Sights.Keys]);
        }
    }

    /// <summary>What to ask the store for a viewer who begins to watch.</summary>
    public List<WatchCheck<TViewer>> Ask(TViewer viewer, IEnumerable<UserId> targets)
    {
        var checks = new List<WatchCheck<TViewer>>();
        if (_viewers.TryGetValue(viewer, out var known))
        {
            foreach (var target in targets)
            {
                Ask(viewer, known, target, checks);
            }
        }

        return checks;
    }

    /// <summary>
    /// The relations of a user to one other or to everybody changed: what to ask the store again, on both sides.
    /// </summary>
    public List<WatchCheck<TViewer>> Invalidate(PresenceInvalidation invalidation)
    {
        var checks = new List<WatchCheck<TViewer>>();
        var with = invalidation.With;
        if (_targets.TryGetValue(invalidation.User, out var target))
        {
            // An earlier invalidation was lost, and may have concerned anybody.
            var all = with.IsNone || target.Status.Revision != invalidation.Before;
            target.Status = target.Status with { Revision = invalidation.Revision };
            AskAll(invalidation.User, target, all ? default : with, checks);
        }

        foreach (var viewer in _byUser.GetValueOrDefault(invalidation.User) ?? [])
        {
            var known = _viewers[viewer];
            foreach (var each in with.IsNone ? [.. known.Sights.Keys] : new[] { with })
            {
                Ask(viewer, known, each, checks);
            }
        }

        return checks;
    }

    /// <summary>Takes an answer of the store; one that was superseded by a newer question is ignored.</summary>
    public void Settle(WatchCheck<TViewer> check, bool isVisible, List<WatchPush<TViewer>> pushes)
    {
        if (
            _viewers.TryGetValue(check.Viewer, out var known)
            && known.Sights.TryGetValue(check.Target, out var sight)
            && sight.LastCheck == check.Number
        )
        {
            sight.IsVisible = isVisible;
            var status = _targets[check.Target].Status;
            // Whoever is hidden is said to be offline, but not since when: any time would be made up.
            Tell(check.Viewer, known, check.Target, sight, isVisible ? status : status with { Since = 0 }, pushes);
        }
    }

    /// <summary>
    /// Takes the status that the partition reports. Returns what to ask the store, when an invalidation was missed.
    /// </summary>
    public List<WatchCheck<TViewer>> Set(PresenceStatus status, List<WatchPush<TViewer>> pushes)
    {
        var checks = new List<WatchCheck<TViewer>>();
        if (!_targets.TryGetValue(status.User, out var target) || status.Stamp.IsBefore(target.Status.Stamp))
        {
            return checks;
        }

        if (target.Status.Revision != 0 && target.Status.Revision != status.Revision)
        {
            AskAll(status.User, target, default, checks);
        }

        // A partition that has just started reports users who are about to reconnect as offline.
        target.Status =
            status.IsSure || !target.Status.IsOnline
                ? status
                : target.Status with
                {
                    Stamp = status.Stamp,
                    Revision = status.Revision,
                };
        foreach (var viewer in target.Viewers)
        {
            var known = _viewers[viewer];
            Tell(viewer, known, status.User, known.Sights[status.User], target.Status, pushes);
        }

        return checks;
    }

    /// <summary>Nobody is looking, or somebody is again and gets what changed meanwhile.</summary>
    public void SetAway(TViewer viewer, bool isAway, List<WatchPush<TViewer>> pushes)
    {
        if (!_viewers.TryGetValue(viewer, out var known) || known.IsAway == isAway)
        {
            return;
        }

        known.IsAway = isAway;
        foreach (var (target, sight) in known.Sights)
        {
            Tell(viewer, known, target, sight, _targets[target].Status, pushes);
        }
    }

    /// <summary>The answer to a viewer who began to watch, who gets changes from here on.</summary>
    public List<WatchPush<TViewer>> Answer(TViewer viewer, IEnumerable<UserId> targets)
    {
        var answers = new List<WatchPush<TViewer>>();
        var known = _viewers.GetValueOrDefault(viewer);
        foreach (var target in targets)
        {
            var status = default(PresenceStatus);
            if (known?.Sights.TryGetValue(target, out var sight) == true)
            {
                status = sight.IsVisible ? _targets[target].Status : default;
                (sight.IsAnswered, sight.IsShownOnline) = (true, status.IsOnline);
            }

            // Only those who saw a user leave learn when that was.
            answers.Add(new(viewer, target, status.IsOnline, status.IsOnline ? status.Since : 0));
        }

        return answers;
    }

    private void AskAll(UserId user, Target target, UserId only, List<WatchCheck<TViewer>> checks)
    {
        foreach (var viewer in target.Viewers)
        {
            var known = _viewers[viewer];
            if (only.IsNone || known.User == only)
            {
                Ask(viewer, known, user, checks);
            }
        }
    }

    private void Ask(TViewer viewer, Viewer known, UserId target, List<WatchCheck<TViewer>> checks)
    {
        if (known.Sights.TryGetValue(target, out var sight))
        {
            checks.Add(new(viewer, known.User, target, sight.LastCheck = ++_checks));
        }
    }

    private static void Tell(
        TViewer viewer,
        Viewer known,
        UserId target,
        Sight sight,
        PresenceStatus status,
        List<WatchPush<TViewer>> pushes
    )
    {
        var isOnline = sight.IsVisible && status.IsOnline;
        if (sight.IsAnswered && !known.IsAway && isOnline != sight.IsShownOnline)
        {
            sight.IsShownOnline = isOnline;
            pushes.Add(new(viewer, target, isOnline, status.Since));
        }
    }

    private sealed class Viewer(UserId user)
    {
        public UserId User { get; } = user;

        public bool IsAway { get; set; }

        public Dictionary<UserId, Sight> Sights { get; } = [];
    }

    private sealed class Target
    {
        public PresenceStatus Status { get; set; }

        public HashSet<TViewer> Viewers { get; } = [];
    }

    /// <summary>One viewer and one user.</summary>
    private sealed class Sight
    {
        public bool IsVisible { get; set; }

        public bool IsAnswered { get; set; }

        /// <summary>Whether it was last shown as online.</summary>
        public bool IsShownOnline { get; set; }

        public long LastCheck { get; set; }
    }
}

/// <summary>A question to the store: may this viewer see that user?</summary>
/// <param name="Viewer">Who watches.</param>
/// <param name="User">The user that the viewer is.</param>
/// <param name="Target">Whom.</param>
/// <param name="Number">Numbers the questions about a pair: only the answer to the latest counts.</param>
internal readonly record struct WatchCheck<TViewer>(TViewer Viewer, UserId User, UserId Target, long Number)
    where TViewer : class;

/// <summary>A change to push to a viewer.</summary>
internal readonly record struct WatchPush<TViewer>(TViewer Viewer, UserId Target, bool IsOnline, long Since)
    where TViewer : class;
