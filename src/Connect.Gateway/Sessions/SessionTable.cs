using System.Collections.Concurrent;
using System.Collections.Immutable;
using Connect.Accounts.Identity;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Doors.Limits;
using Connect.Protocol;
using Connect.Protocol.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Sessions;

/// <summary>
/// The sessions of this node by user. A delivery reads without a lock and never waits; changes of one user's
/// sessions go through one of a few locks.
/// </summary>
internal sealed class SessionTable(TimeProvider time, IOptions<GatewayOptions> options, ILogger<SessionTable> log)
    : ILoginRevocationListener,
        IConnectedDevices
{
    private const int Locks = 64;

    private readonly ConcurrentDictionary<UserId, Session[]> _byUser = new();
    private readonly ConcurrentDictionary<SessionId, Session> _attached = new();
    private readonly Lock[] _locks = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDraining;

    /// <summary>The node stops: no new session is let in.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Connections now, whether or not they said hello.</summary>
    public int Count => _attached.Count;

    /// <summary>Bytes that wait, for each connection.</summary>
    public IEnumerable<long> Waiting => _attached.Values.Select(session => session.Queue.Bytes);

    /// <summary>The sessions of a user; the array is never changed.</summary>
    public Session[] Find(UserId user) => _byUser.TryGetValue(user, out var sessions) ? sessions : [];

    /// <summary>The sessions that can be found, as routes to this node.</summary>
    public ImmutableArray<SessionRoute> Routes(NodeId node) =>
        [.. _byUser.SelectMany(pair => pair.Value.Select(each => new SessionRoute(pair.Key, each.Id, node)))];

    /// <summary>Counts a new connection.</summary>
    public void Attach(Session session) => _attached[session.Id] = session;

    /// <summary>The connection is over.</summary>
    public void Detach(Session session)
    {
        _attached.TryRemove(session.Id, out _);
        if (_isDraining && _attached.IsEmpty)
        {
            _emptied.TrySetResult();
        }
    }

    /// <summary>
    /// Makes a session reachable. Returns the one the same device had until now, for the caller to close.
    /// </summary>
    public Session? Add(Session session)
    {
        lock (LockOf(session.User))
        {
            var sessions = _byUser.GetValueOrDefault(session.User) ?? [];
            var replaced = Array.Find(sessions, each => each.Device == session.Device);
            _byUser[session.User] = [.. sessions.Where(each => each != replaced), session];
            return replaced;
        }
    }

    /// <inheritdoc/>
    public ValueTask LoginEndedAsync(LoginRevocation end)
    {
        foreach (var session in _byUser.GetValueOrDefault(end.User) ?? [])
        {
            if (end.Concerns(session.Device))
            {
                session.EndLogin(end.DisablesAccount ? CloseCode.AccountDisabled : CloseCode.Unauthenticated);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlySet<DeviceId>> FindAsync(UserId user) =>
        new((_byUser.GetValueOrDefault(user) ?? []).Select(session => session.Device).ToHashSet());

    public void Remove(Session session)
    {
        lock (LockOf(session.User))
        {
            if (_byUser.TryGetValue(session.User, out var sessions))
            {
                var left = Array.FindAll(sessions, each => each != session);
                if (left.Length == 0)
                {
                    _byUser.TryRemove(session.User, out _);
                }
                else
                {
                    _byUser[session.User] = left;
                }
            }
        }
    }

    /// <summary>
    /// Lets nobody in any more, asks everybody to go elsewhere, and returns when all are gone: those with something in
    /// flight may finish it until the deadline (<see cref="GatewayOptions.DrainDeadline"/>).
    /// </summary>
    public async Task DrainAsync()
    {
        _isDraining = true;
        if (_attached.IsEmpty)
        {
            return;
        }

        GatewayLog.Draining(log, _attached.Count);
        var why = new GoAway
        {
            Reason = "shutdown",
            ReconnectAfterMs = (uint)options.Value.DrainReconnectAfter.TotalMilliseconds,
            JitterMs = (uint)options.Value.DrainJitter.TotalMilliseconds,
        };
        foreach (var session in _attached.Values)
        {
            session.GoAway(why);
        }

        if (await IsEmptiedWithinAsync(options.Value.DrainDeadline))
        {
            return;
        }

        GatewayLog.DrainDeadline(log, _attached.Count);
        foreach (var session in _attached.Values)
        {
            session.Close(CloseCode.GoingAway);
        }

        // The wheel cuts whoever does not say goodbye; its own grain is added.
        await IsEmptiedWithinAsync(options.Value.CloseLinger + TimeSpan.FromSeconds(1));
    }

    /// <summary>Closes some sessions for want of memory, in the order of <see cref="ShedOrder"/>.</summary>
    /// <param name="atLeast">So many go.</param>
    /// <param name="bytes">And more, until together they held so many bytes.</param>
    /// <returns>What they held.</returns>
    public long Shed(int atLeast, long bytes)
    {
        var why = new GoAway
        {
            Reason = "overloaded",
            ReconnectAfterMs = (uint)options.Value.DrainReconnectAfter.TotalMilliseconds,
            JitterMs = (uint)options.Value.DrainJitter.TotalMilliseconds,
        };
        var loads = _attached
            .Values.Where(session => session.Stage is SessionStage.Greeting or SessionStage.Open)
            .Select(session => new SessionLoad<Session>(session, session.User, session.Address, session.HeldBytes))
            .ToList();
        var (count, freed) = (0, 0L);
        foreach (var each in ShedOrder.Sort(loads, options.Value.QueueSoftBytes))
        {
            // The light ones hold nothing that their going would free at once.
            if (count >= atLeast && (freed >= bytes || each.HeldBytes <= options.Value.QueueSoftBytes))
            {
                break;
            }

            count++;
            freed += each.HeldBytes;
            each.Session.Shed(why);
        }

        return freed;
    }

    private async Task<bool> IsEmptiedWithinAsync(TimeSpan limit)
    {
        if (_attached.IsEmpty)
        {
            return true;
        }

        try
        {
            await _emptied.Task.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private Lock LockOf(UserId user) => _locks[(uint)user.GetHashCode() % Locks];
}
