using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Presence;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Watching;

/// <summary>
/// Presence on its way to the sessions of this node: the node watches each user once at the directory and
/// passes changes on to the sessions that may see them.
/// </summary>
public sealed class PresenceService : IPeopleListener, IDisposable
{
    /// <summary>How often watches are renewed, well before their lease ends.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    /// <summary>Users per request to the directory.</summary>
    private const int UsersPerQuestion = 500;

    /// <summary>Failed visibility checks waiting for a retry.</summary>
    private const int UncheckedPairs = 10_000;

    /// <summary>
    /// Parts by the viewing user, each with its own lock: one viewer's work holds up few others. As many as a
    /// <see cref="ulong"/> has bits.
    /// </summary>
    private const int Parts = 64;

    private readonly Part[] _parts;
    private readonly Lock _unansweredGate = new();
    private readonly List<WatchCheck<IPresenceViewer>> _unanswered = [];
    private readonly ISessionDirectory _directory;
    private readonly IRelations _relations;
    private readonly PresenceVisibility _sight;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private int _isRenewing;

    public PresenceService(
        ISessionDirectory directory,
        IRelations relations,
        PresenceFeed feed,
        IOptions<WatchOptions> options,
        TimeProvider time,
        ILogger<PresenceService> log
    )
    {
        _directory = directory;
        _parts = [.. Enumerable.Range(0, Parts).Select(_ => new Part(new(options.Value.WatchedUsers)))];
        (_relations, _sight, _log) = (relations, new(relations), log);
        _timer = time.CreateTimer(
            static service => _ = ((PresenceService)service!).RenewAsync(),
            this,
            Renewal,
            Renewal
        );
        feed.Watch(Apply);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// Changes whom a session watches. Adds nobody and returns false if they are too many.
    /// </summary>
    /// <param name="viewer">The session.</param>
    /// <param name="add">Users to watch.</param>
    /// <param name="remove">Users to stop watching.</param>
    /// <param name="answer">Takes the presence of each added user, before any newer push.</param>
    public async Task<bool> WatchAsync(
        IPresenceViewer viewer,
        ImmutableArray<UserId> add,
        ImmutableArray<UserId> remove,
        Action<IReadOnlyList<PresenceSighting>> answer
    )
    {
        List<WatchCheck<IPresenceViewer>> checks;
        var part = PartOf(viewer.User);
        lock (part.Gate)
        {
            part.Board.Remove(viewer, remove);
            if (viewer.IsOpen && !add.IsEmpty && !part.Board.TryAdd(viewer, viewer.User, add, viewer.IsAway))
            {
                return false;
            }

            checks = part.Board.Ask(viewer, add);
        }

        try
        {
            await AskDirectoryAsync(part, add);
            await CheckAsync(checks);
        }
        catch
        {
            lock (part.Gate)
            {
                part.Board.Remove(viewer, add);
            }

            throw;
        }

        lock (part.Gate)
        {
            // Under the lock, so that no newer push overtakes it.
            answer([.. part.Board.Answer(viewer, add).Select(ToSighting)]);
            if (!viewer.WantsPresence)
            {
                part.Board.Remove(viewer, add);
            }
        }

        return true;
    }

    /// <summary>The session ended.</summary>
    public void End(IPresenceViewer viewer)
    {
        var part = PartOf(viewer.User);
        lock (part.Gate)
        {
            part.Board.End(viewer);
        }
    }

    /// <summary>Nobody is looking at this session, or somebody is again.</summary>
    public void AttentionChanged(IPresenceViewer viewer)
    {
        var part = PartOf(viewer.User);
        lock (part.Gate)
        {
            var pushes = new List<WatchPush<IPresenceViewer>>();
            part.Board.SetAway(viewer, viewer.IsAway, pushes);
            Push(pushes);
        }
    }

    /// <summary>How many users a session watches.</summary>
    public int CountWatched(IPresenceViewer viewer)
    {
        var part = PartOf(viewer.User);
        lock (part.Gate)
        {
            return part.Board.CountWatched(viewer);
        }
    }

    /// <summary>Applies what the directory reports and pushes it to the viewers.</summary>
    public void Apply(PresenceUpdate update)
    {
        var checks = new List<WatchCheck<IPresenceViewer>>();
        foreach (var part in _parts)
        {
            Apply(part, update.Changes, update.Invalidations, checks);
        }

        Recheck(checks);
    }

    /// <inheritdoc/>
    public void RelationChanged(UserId one, UserId other)
    {
        _ = _directory.InvalidateAsync(one, other).AsTask();
        _ = _directory.InvalidateAsync(other, one).AsTask();
    }

    /// <inheritdoc/>
    public void PrivacyChanged(UserId user, Privacy privacy) => _ = _directory.InvalidateAsync(user, default).AsTask();

    /// <summary>
    /// Renews every watch at the directory, and catches up with updates that were lost.
    /// </summary>
    private async Task RenewAsync()
    {
        if (Interlocked.Exchange(ref _isRenewing, 1) == 1)
        {
            return;
        }

        try
        {
            Recheck(TakeUnanswered());
            var targets = FindTargets();
            foreach (var some in targets.Keys.Chunk(UsersPerQuestion))
            {
                ApplyWhereWatched(await _directory.WatchAsync([.. some]), targets);
            }
        }
        catch (Exception exception)
        {
            SignalLog.PresenceNotRenewed(_log, exception);
        }
        finally
        {
            Volatile.Write(ref _isRenewing, 0);
        }
    }

    private Part PartOf(UserId viewer) => _parts[(uint)viewer.GetHashCode() % Parts];

    /// <summary>Everybody who is watched, with the parts in which somebody watches them: bit i is part i.</summary>
    private Dictionary<UserId, ulong> FindTargets()
    {
        var targets = new Dictionary<UserId, ulong>();
        for (var i = 0; i < Parts; i++)
        {
            lock (_parts[i].Gate)
            {
                foreach (var target in _parts[i].Board.Targets)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(targets, target, out _) |= 1UL << i;
                }
            }
        }

        return targets;
    }

    private List<WatchCheck<IPresenceViewer>> TakeUnanswered()
    {
        lock (_unansweredGate)
        {
            List<WatchCheck<IPresenceViewer>> unanswered = [.. _unanswered];
            _unanswered.Clear();
            return unanswered;
        }
    }

    private async Task AskDirectoryAsync(Part part, ImmutableArray<UserId> users)
    {
        if (!users.IsEmpty)
        {
            var checks = new List<WatchCheck<IPresenceViewer>>();
            Apply(part, await _directory.WatchAsync(users), [], checks);
            Recheck(checks);
        }
    }

    /// <summary>Applies statuses to those parts alone in which somebody watches these users.</summary>
    private void ApplyWhereWatched(ImmutableArray<PresenceStatus> statuses, Dictionary<UserId, ulong> targets)
    {
        var byPart = new List<PresenceStatus>?[Parts];
        foreach (var status in statuses)
        {
            for (var bits = targets[status.User]; bits != 0; bits &= bits - 1)
            {
                (byPart[BitOperations.TrailingZeroCount(bits)] ??= []).Add(status);
            }
        }

        var checks = new List<WatchCheck<IPresenceViewer>>();
        for (var i = 0; i < Parts; i++)
        {
            if (byPart[i] is { } some)
            {
                Apply(_parts[i], some, [], checks);
            }
        }

        Recheck(checks);
    }

    private static void Apply(
        Part part,
        IEnumerable<PresenceStatus> changes,
        ImmutableArray<PresenceInvalidation> invalidations,
        List<WatchCheck<IPresenceViewer>> checks
    )
    {
        lock (part.Gate)
        {
            var pushes = new List<WatchPush<IPresenceViewer>>();
            foreach (var change in changes)
            {
                checks.AddRange(part.Board.Set(change, pushes));
            }

            foreach (var invalidation in invalidations)
            {
                checks.AddRange(part.Board.Invalidate(invalidation));
            }

            Push(pushes);
        }
    }

    /// <summary>Asks the store again, bypassing what is cached.</summary>
    private void Recheck(List<WatchCheck<IPresenceViewer>> checks)
    {
        if (checks.Count == 0)
        {
            return;
        }

        foreach (var check in checks)
        {
            _relations.Forget(check.User, check.Target);
            _relations.Forget(check.Target, check.User);
            _relations.ForgetPrivacy(check.User);
            _relations.ForgetPrivacy(check.Target);
        }

        _ = RecheckAsync(checks);
    }

    private async Task RecheckAsync(List<WatchCheck<IPresenceViewer>> checks)
    {
        try
        {
            await CheckAsync(checks);
        }
        catch (Exception exception)
        {
            // Until the store answers, these stay hidden.
            SignalLog.PresenceNotChecked(_log, exception, checks.Count);
            foreach (var group in checks.GroupBy(check => check.User))
            {
                Settle(group.Key, group, []);
            }

            lock (_unansweredGate)
            {
                _unanswered.AddRange(checks.Take(Math.Max(0, UncheckedPairs - _unanswered.Count)));
            }
        }
    }

    private async Task CheckAsync(List<WatchCheck<IPresenceViewer>> checks)
    {
        foreach (var group in checks.GroupBy(check => check.User))
        {
            var visible = await _sight.FindAsync(group.Key, [.. group.Select(each => each.Target).Distinct()]);
            Settle(group.Key, group, visible);
        }
    }

    private void Settle(UserId viewer, IEnumerable<WatchCheck<IPresenceViewer>> checks, HashSet<UserId> visible)
    {
        var part = PartOf(viewer);
        lock (part.Gate)
        {
            var pushes = new List<WatchPush<IPresenceViewer>>();
            foreach (var check in checks)
            {
                part.Board.Settle(check, visible.Contains(check.Target), pushes);
            }

            Push(pushes);
        }
    }

    private static void Push(List<WatchPush<IPresenceViewer>> pushes)
    {
        foreach (var group in pushes.GroupBy(push => push.Viewer))
        {
            group.Key.Push([.. group.Select(ToSighting)]);
        }
    }

    private static PresenceSighting ToSighting(WatchPush<IPresenceViewer> push) =>
        new(push.Target, push.IsOnline, push.Since);

    private sealed record Part(WatchBoard<IPresenceViewer> Board)
    {
        public Lock Gate { get; } = new();
    }
}

/// <summary>
/// Whose presence a user may see: contacts', unless there is a block between the two, or one of them hides presence.
/// </summary>
internal sealed class PresenceVisibility(IRelations relations)
{
    public async ValueTask<HashSet<UserId>> FindAsync(UserId viewer, ImmutableArray<UserId> targets)
    {
        var visible = new HashSet<UserId>();
        if ((await relations.ReadPrivacyAsync(viewer, CancellationToken.None)).HidesPresence)
        {
            return visible;
        }

        var contacts = await relations.FindContactsAsync(viewer, targets, CancellationToken.None);
        var blocks = await relations.FindBlocksAsync(viewer, [.. contacts], CancellationToken.None);
        foreach (var contact in contacts.Except(blocks.Select(each => each.Other)))
        {
            if (!(await relations.ReadPrivacyAsync(contact, CancellationToken.None)).HidesPresence)
            {
                visible.Add(contact);
            }
        }

        return visible;
    }
}
