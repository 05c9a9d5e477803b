using System.Collections.Immutable;
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

    private readonly Lock _gate = new();
    private readonly WatchBoard<IPresenceViewer> _board;
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
        _board = new(options.Value.WatchedUsers);
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
        lock (_gate)
        {
            _board.Remove(viewer, remove);
            if (viewer.IsOpen && !Add(viewer, add))
            {
                return false;
            }

            checks = _board.Ask(viewer, add);
        }

        try
        {
            await AskDirectoryAsync(add);
            await CheckAsync(checks);
        }
        catch
        {
            lock (_gate)
            {
                _board.Remove(viewer, add);
            }

            throw;
        }

        lock (_gate)
        {
            // Under the lock, so that no newer push overtakes it.
            answer([.. _board.Answer(viewer, add).Select(ToSighting)]);
            if (!viewer.WantsPresence)
            {
                _board.Remove(viewer, add);
            }
        }

        return true;
    }

    /// <summary>The session ended.</summary>
    public void End(IPresenceViewer viewer)
    {
        lock (_gate)
        {
            _board.End(viewer);
        }
    }

    /// <summary>Nobody is looking at this session, or somebody is again.</summary>
    public void AttentionChanged(IPresenceViewer viewer)
    {
        lock (_gate)
        {
            var pushes = new List<WatchPush<IPresenceViewer>>();
            _board.SetAway(viewer, viewer.IsAway, pushes);
            Push(pushes);
        }
    }

    /// <summary>Applies what the directory reports and pushes it to the viewers.</summary>
    public void Apply(PresenceUpdate update)
    {
        var checks = new List<WatchCheck<IPresenceViewer>>();
        lock (_gate)
        {
            var pushes = new List<WatchPush<IPresenceViewer>>();
            foreach (var change in update.Changes)
            {
                checks.AddRange(_board.Set(change, pushes));
            }

            foreach (var invalidation in update.Invalidations)
            {
                checks.AddRange(_board.Invalidate(invalidation));
            }

            Push(pushes);
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
            UserId[] targets;
            List<WatchCheck<IPresenceViewer>> unanswered;
            lock (_gate)
            {
                targets = [.. _board.Targets];
                unanswered = [.. _unanswered];
                _unanswered.Clear();
            }

            Recheck(unanswered);
            foreach (var part in targets.Chunk(UsersPerQuestion))
            {
                await AskDirectoryAsync([.. part]);
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

    private bool Add(IPresenceViewer viewer, ImmutableArray<UserId> add) =>
        add.IsEmpty || _board.TryAdd(viewer, viewer.User, add, viewer.IsAway);

    private async Task AskDirectoryAsync(ImmutableArray<UserId> users)
    {
        if (!users.IsEmpty)
        {
            Apply(new(await _directory.WatchAsync(users), []));
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
            lock (_gate)
            {
                Settle(checks, []);
                _unanswered.AddRange(checks.Take(Math.Max(0, UncheckedPairs - _unanswered.Count)));
            }
        }
    }

    private async Task CheckAsync(List<WatchCheck<IPresenceViewer>> checks)
    {
        foreach (var group in checks.GroupBy(check => check.User))
        {
            var visible = await _sight.FindAsync(group.Key, [.. group.Select(each => each.Target).Distinct()]);
            lock (_gate)
            {
                Settle(group, visible);
            }
        }
    }

    private void Settle(IEnumerable<WatchCheck<IPresenceViewer>> checks, HashSet<UserId> visible)
    {
        var pushes = new List<WatchPush<IPresenceViewer>>();
        foreach (var check in checks)
        {
            _board.Settle(check, visible.Contains(check.Target), pushes);
        }

        Push(pushes);
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
