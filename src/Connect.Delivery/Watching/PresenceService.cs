using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Presence;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Delivery.Watching;

/// <summary>
/// Presence on its way to the sessions of this node: each user that some of them watch is watched once at the
/// directory, and what it tells goes to those who may see it.
/// </summary>
public sealed class PresenceService : IPeopleListener, IDisposable
{
    /// <summary>How often the directory is asked again, well before it forgets that it was asked.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    /// <summary>Users of one question to the directory.</summary>
    private const int UsersPerQuestion = 500;

    /// <summary>Questions to the store that wait to be asked again.</summary>
    private const int UncheckedPairs = 10_000;

    private readonly Lock _gate = new();
    private readonly WatchBoard<IPresenceViewer> _board;
    private readonly List<WatchCheck<IPresenceViewer>> _unanswered = [];
    private readonly ISessionDirectory _directory;
    private readonly IRelations _relations;
    private readonly PresenceVisibility _sight;
    private readonly TimeProvider _time;
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
        (_relations, _sight, _time, _log) = (relations, new(relations), time, log);
        _timer = time.CreateTimer(
            static service => _ = ((PresenceService)service!).RenewAsync(),
            this,
            Renewal,
            Renewal
        );
        feed.Watch(Tell);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// A session watches more, and fewer, users. False, and nothing added, when they are too many.
    /// </summary>
    /// <param name="viewer">The session.</param>
    /// <param name="add">Whom it watches from now on.</param>
    /// <param name="remove">Whom it watches no more.</param>
    /// <param name="answer">Takes the presence of each that was added, before any push of something newer.</param>
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
            // Under the lock, so that no push of something newer overtakes it.
            answer([.. _board.Answer(viewer, add).Select(ToSighting)]);
            if (!viewer.WantsPresence)
            {
                _board.Remove(viewer, add);
            }
        }

        return true;
    }

    /// <summary>The session is over.</summary>
    public void End(IPresenceViewer viewer)
    {
        lock (_gate)
        {
            _board.End(viewer);
        }
    }

    /// <summary>Nobody looks at this session, or somebody does again.</summary>
    public void AttentionChanged(IPresenceViewer viewer)
    {
        lock (_gate)
        {
            var tells = new List<WatchTell<IPresenceViewer>>();
            _board.SetAway(viewer, viewer.IsAway, tells);
            Push(tells);
        }
    }

    /// <summary>The directory tells what changed.</summary>
    public void Tell(PresenceUpdate news)
    {
        var checks = new List<WatchCheck<IPresenceViewer>>();
        lock (_gate)
        {
            var tells = new List<WatchTell<IPresenceViewer>>();
            foreach (var change in news.Changes)
            {
                checks.AddRange(_board.Set(change, tells));
            }

            foreach (var doubt in news.Doubts)
            {
                checks.AddRange(_board.Doubt(doubt));
            }

            Push(tells);
        }

        Recheck(checks);
    }

    /// <inheritdoc/>
    public void RelationChanged(UserId one, UserId other)
    {
        _ = _directory.DoubtAsync(one, other).AsTask();
        _ = _directory.DoubtAsync(other, one).AsTask();
    }

    /// <inheritdoc/>
    public void PrivacyChanged(UserId user, Privacy privacy) => _ = _directory.DoubtAsync(user, default).AsTask();

    /// <summary>
    /// Asks the directory for all that is watched, so that it goes on telling, and finds out what it could not tell.
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
            Tell(new(await _directory.WatchAsync(users), []));
        }
    }

    /// <summary>Asks the store again, as what was read before counts no more.</summary>
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
            // Until the store answers, nothing is shown of those.
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
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var tells = new List<WatchTell<IPresenceViewer>>();
        foreach (var check in checks)
        {
            _board.Settle(check, visible.Contains(check.Target), now, tells);
        }

        Push(tells);
    }

    private static void Push(List<WatchTell<IPresenceViewer>> tells)
    {
        foreach (var group in tells.GroupBy(tell => tell.Viewer))
        {
            group.Key.Push([.. group.Select(ToSighting)]);
        }
    }

    private static PresenceSighting ToSighting(WatchTell<IPresenceViewer> tell) =>
        new(tell.Target, tell.IsOnline, tell.Since);
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
