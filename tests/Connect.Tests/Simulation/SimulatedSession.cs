using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Simulation;

/// <summary>
/// A gateway's session, as step 4 and the rules of <c>sync</c> say: one unanswered append batch at a time, what is
/// gathered behind a failed one fails too; no push before <c>synced</c>.
/// </summary>
internal sealed class SimulatedSession
{
    private readonly SimulatedWorld _world;
    private readonly SimulatedServer _server;
    private readonly SimulatedLink _up;
    private readonly SimulatedLink _down;
    private readonly Action _closed;
    private readonly SessionId _id;
    private readonly List<AppendItem> _gathered = [];
    private bool _appending;
    private bool _isLive;
    private bool _moved;
    private bool _isClosed;

    public SimulatedSession(
        SimulatedWorld world,
        SimulatedServer server,
        UserId user,
        Action<SimulatedFrame> receive,
        Action closed
    )
    {
        _world = world;
        _server = server;
        _closed = closed;
        _id = world.NextSession();
        User = user;
        _up = new(world, Receive);
        _down = new(world, receive);
    }

    public UserId User { get; }

    /// <summary>From the device.</summary>
    public void Send(SimulatedFrame frame) => _up.Send(frame);

    /// <summary>The connection breaks; what the gateway has taken goes on.</summary>
    public void Close()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _up.Close();
        _down.Close();
        _server.Disconnect(this);
        _closed();
    }

    public void Deliver(Publication publication)
    {
        if (!_isLive)
        {
            _moved = true;
            return;
        }

        if (publication.IsHint)
        {
            _down.Send(new SimulatedFrame.Hint(publication.Head));
            return;
        }

        for (var i = 0; i < publication.Entries.Length; i++)
        {
            if (publication.Origins[i] != _id)
            {
                _down.Send(new SimulatedFrame.Entries([publication.Entries[i]]));
            }
        }
    }

    private void Receive(SimulatedFrame frame)
    {
        switch (frame)
        {
            case SimulatedFrame.Send send:
                _gathered.Add(send.Item);
                if (!_appending)
                {
                    _appending = true;
                    _world.Scheduler.Start(AppendAsync);
                }

                break;
            case SimulatedFrame.Mark mark:
                _world.Scheduler.Start(() => MarkAsync(mark));
                break;
            case SimulatedFrame.Sync sync:
                _world.Scheduler.Start(() => SyncAsync(sync.Position));
                break;
            case SimulatedFrame.Pull pull:
                _world.Scheduler.Start(() => PullAsync(pull.After));
                break;
        }
    }

    private async Task AppendAsync()
    {
        while (_gathered.Count > 0 && !_server.IsDead)
        {
            var batch = _gathered.Take(8).ToList();
            _gathered.RemoveRange(0, batch.Count);
            var failed = false;
            try
            {
                var reply = await _server.AppendAsync(new(User, _id, _world.PeerOf(User), [.. batch]));
                for (var i = 0; i < batch.Count; i++)
                {
                    Answer(batch[i].Cid, reply.Results[i]);
                    failed |= !reply.Results[i].IsCommitted;
                }
            }
            catch (TimeoutException)
            {
                failed = true;
                batch.ForEach(item => Answer(item.Cid, new(AppendStatus.Unknown)));
            }

            if (failed)
            {
                _gathered.ForEach(item => Answer(item.Cid, new(AppendStatus.Unavailable)));
                _gathered.Clear();
            }
        }

        _appending = false;
    }

    private void Answer(Cid cid, AppendResult result) =>
        _down.Send(
            result.IsCommitted
                ? new SimulatedFrame.Sent(cid, result.Seq, result.Time)
                : new SimulatedFrame.Refused(cid, result.Status)
        );

    private async Task MarkAsync(SimulatedFrame.Mark mark)
    {
        var persisted = false;
        try
        {
            var reply = await _server.MarkAsync(new(User, mark.Delivered, mark.Read));
            persisted = reply.Status == AppendStatus.Committed;
        }
        catch (TimeoutException)
        {
            // Not confirmed: the device repeats it.
        }

        _down.Send(new SimulatedFrame.Marked(persisted, mark.Delivered, mark.Read));
    }

    private async Task SyncAsync(long position)
    {
        while (!_isClosed)
        {
            _moved = false;
            var slice = await ReadAsync(position);
            if (slice is null)
            {
                return;
            }

            position = Math.Max(position, slice.Through);
            _down.Send(new SimulatedFrame.Page(slice.Entries, position, slice.Head));
            if (position >= slice.Head && !_moved)
            {
                _isLive = true;
                _down.Send(new SimulatedFrame.Synced());
                return;
            }
        }
    }

    private async Task PullAsync(long after)
    {
        if (await ReadAsync(after) is { } slice)
        {
            _down.Send(new SimulatedFrame.Page(slice.Entries, Math.Max(after, slice.Through), slice.Head));
        }
    }

    private async Task<SyncSlice?> ReadAsync(long after)
    {
        await _world.Scheduler.PauseAsync(10);
        if (_world.Chance(0.03))
        {
            Close();
            return null;
        }

        var query = new SyncQuery(after, 0, 5, int.MaxValue);
        var slice = await _world.Truth.ReadAfterAsync(
            User,
            _world.Conversation,
            query,
            TestContext.Current.CancellationToken
        );
        await _world.Scheduler.PauseAsync(10);
        return slice;
    }
}
