using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Gateway.People;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Signals;

/// <summary>
/// Presence on its way to the sessions of this node: each user that some of them watch is watched once at the
/// directory, and what it tells goes to those who may see it.
/// </summary>
internal sealed class PresenceService : IPeopleListener, IDisposable
{
    /// <summary>How often the directory is asked again, well before it forgets that it was asked.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    /// <summary>Users of one question to the directory.</summary>
    private const int UsersPerQuestion = 500;

    /// <summary>Questions to the store that wait to be asked again.</summary>
    private const int UncheckedPairs = 10_000;

    private readonly Lock _gate = new();
    private readonly WatchBoard<Session> _board;
    private readonly List<WatchCheck<Session>> _unanswered = [];
    private readonly Lazy<ISessionDirectory> _directory;
    private readonly Relations _relations;
    private readonly PresenceSight _sight;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private int _isRenewing;

    public PresenceService(
        IServiceProvider services,
        Relations relations,
        IOptions<GatewayOptions> options,
        TimeProvider time,
        ILogger<PresenceService> log
    )
    {
        // Asked for late: the directory tells the hub, and the hub tells this.
        _directory = new(services.GetRequiredService<ISessionDirectory>);
        _board = new(options.Value.WatchedUsers);
        (_relations, _sight, _time, _log) = (relations, new(relations), time, log);
        _timer = time.CreateTimer(
            static service => _ = ((PresenceService)service!).RenewAsync(),
            this,
            Renewal,
            Renewal
        );
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// A session watches more, and fewer, users: answered with the presence of each that was added. False, and nothing
    /// added, when they are too many.
    /// </summary>
    public async Task<bool> WatchAsync(
        Session session,
        SessionRequest request,
        ImmutableArray<UserId> add,
        ImmutableArray<UserId> remove
    )
    {
        List<WatchCheck<Session>> checks;
        lock (_gate)
        {
            _board.Remove(session, remove);
            if (session.Stage == SessionStage.Open && !Add(session, add))
            {
                return false;
            }

            checks = _board.Ask(session, add);
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
                _board.Remove(session, add);
            }

            throw;
        }

        lock (_gate)
        {
            // Queued under the lock, so that no push of something newer overtakes it.
            var presence = new Protocol.V1.Presence();
            presence.Users.Add(_board.Answer(session, add).Select(ToWire));
            session.Queue.AddPresenceAnswer(new ServerFrame { Id = request.Id, Presence = presence });
            if (!session.WantsPresence)
            {
                _board.Remove(session, add);
            }
        }

        session.Answered(request);
        return true;
    }

    /// <summary>The session is over.</summary>
    public void End(Session session)
    {
        lock (_gate)
        {
            _board.End(session);
        }
    }

    /// <summary>Nobody looks at this session, or somebody does again.</summary>
    public void AttentionChanged(Session session, SessionAttention attention)
    {
        lock (_gate)
        {
            var tells = new List<WatchTell<Session>>();
            _board.SetAway(session, attention.IsBackground, tells);
            Push(tells);
        }
    }

    /// <summary>The directory tells what changed.</summary>
    public void Tell(PresenceNews news)
    {
        var checks = new List<WatchCheck<Session>>();
        lock (_gate)
        {
            var tells = new List<WatchTell<Session>>();
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
        _ = _directory.Value.DoubtAsync(one, other).AsTask();
        _ = _directory.Value.DoubtAsync(other, one).AsTask();
    }

    /// <inheritdoc/>
    public void PrivacyChanged(UserId user, Privacy privacy) => _ = _directory.Value.DoubtAsync(user, default).AsTask();

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
            List<WatchCheck<Session>> unanswered;
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
            GatewayLog.PresenceNotRenewed(_log, exception);
        }
        finally
        {
            Volatile.Write(ref _isRenewing, 0);
        }
    }

    private bool Add(Session session, ImmutableArray<UserId> add) =>
        add.IsEmpty || _board.TryAdd(session, session.User, add, session.Attention.IsBackground);

    private async Task AskDirectoryAsync(ImmutableArray<UserId> users)
    {
        if (!users.IsEmpty)
        {
            Tell(new(await _directory.Value.WatchAsync(users), []));
        }
    }

    /// <summary>Asks the store again, as what was read before counts no more.</summary>
    private void Recheck(List<WatchCheck<Session>> checks)
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

    private async Task RecheckAsync(List<WatchCheck<Session>> checks)
    {
        try
        {
            await CheckAsync(checks);
        }
        catch (Exception exception)
        {
            // Until the store answers, nothing is shown of those.
            GatewayLog.PresenceNotChecked(_log, exception, checks.Count);
            lock (_gate)
            {
                Settle(checks, []);
                _unanswered.AddRange(checks.Take(Math.Max(0, UncheckedPairs - _unanswered.Count)));
            }
        }
    }

    private async Task CheckAsync(List<WatchCheck<Session>> checks)
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

    private void Settle(IEnumerable<WatchCheck<Session>> checks, HashSet<UserId> visible)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var tells = new List<WatchTell<Session>>();
        foreach (var check in checks)
        {
            _board.Settle(check, visible.Contains(check.Target), now, tells);
        }

        Push(tells);
    }

    private static void Push(List<WatchTell<Session>> tells)
    {
        foreach (var group in tells.GroupBy(tell => tell.Viewer))
        {
            group.Key.Queue.AddPresence([.. group.Select(ToWire)]);
        }
    }

    private static PresenceState ToWire(WatchTell<Session> tell) =>
        new()
        {
            User = tell.Target.ToString(),
            Online = tell.IsOnline,
            Since = (ulong)tell.Since,
        };
}
