using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Conversations.State;
using Connect.Conversations.Writing;
using Connect.Tests.Grains;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connect.Tests.Simulation;

/// <summary>
/// A server until it is killed: the real pumps, of which two may be alive at once, the sessions, and a fan-out that
/// loses, doubles and reorders.
/// </summary>
internal sealed class SimulatedServer : IPublisher
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Small, so that the edges are met in every run.</summary>
    private static readonly ConversationOptions Options = new()
    {
        // Long enough that marks mostly travel with appends, as in a busy conversation.
        DirectMarkFlushDelay = TimeSpan.FromSeconds(1),
        MaxWaitingMessages = 24,
        MaxWaitingMarks = 8,
        MaxCommitMessages = 4,
        RecentCids = 6,
        RecentEntries = 6,
        RecoveryLimit = TimeSpan.FromSeconds(2),
    };

    private readonly SimulatedWorld _world;
    private readonly SimulatedStore _store;
    private readonly AppendPump?[] _activations = new AppendPump?[2];
    private readonly List<SimulatedSession> _sessions = [];
    private int _current;

    public SimulatedServer(SimulatedWorld world, OpenCommits open)
    {
        _world = world;
        Open = open;
        _store = new(world, this);
    }

    /// <summary>Killed: whatever was in memory is gone, nobody is answered any more.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Commits without an answer; they outlive the server.</summary>
    public OpenCommits Open { get; }

    public void Kill()
    {
        IsDead = true;
        foreach (var session in _sessions.ToArray())
        {
            session.Close();
        }
    }

    /// <summary>The route is there before the session reads anything.</summary>
    public SimulatedSession Connect(UserId user, Action<SimulatedFrame> receive, Action closed)
    {
        var session = new SimulatedSession(_world, this, user, receive, closed);
        _sessions.Add(session);
        return session;
    }

    public void Disconnect(SimulatedSession session) => _sessions.Remove(session);

    public async Task<AppendReply> AppendAsync(AppendRequest request)
    {
        await _world.Scheduler.PauseAsync(5);
        var reply = await WithTimeoutAsync(Pump().AppendAsync(request));
        for (var i = 0; i < reply.Results.Length; i++)
        {
            if (reply.Results[i].IsCommitted)
            {
                CheckAnswer(request.Sender, request.Items[i].Cid, reply.Results[i]);
            }
        }

        return reply;
    }

    public async Task<MarkReply> MarkAsync(MarkRequest request)
    {
        await _world.Scheduler.PauseAsync(5);
        return await WithTimeoutAsync(Pump().MarkAsync(request));
    }

    public void Publish(Publication publication)
    {
        if (IsDead)
        {
            return;
        }

        foreach (var session in _sessions)
        {
            if (publication.Recipients.Contains(session.User))
            {
                Deliver(session, publication);
            }
        }
    }

    private void Deliver(SimulatedSession session, Publication publication)
    {
        var hint = Publication.Hint(publication.Conversation, publication.Head, publication.Recipients);
        if (_world.Chance(0.1))
        {
            // No room or no answer: a hint stays and is said again until acknowledged.
            if (_world.Bug != SimulatedBug.LosesHints)
            {
                Later(session, hint, 5_000);
            }

            return;
        }

        Later(session, publication, _world.Chance(0.1) ? 500 : 10);
        if (_world.Chance(0.1))
        {
            Later(session, publication, 500);
        }
    }

    private void Later(SimulatedSession session, Publication publication, int milliseconds) =>
        _world.Scheduler.Start(async () =>
        {
            await _world.Scheduler.PauseAsync(milliseconds);
            session.Deliver(publication);
        });

    /// <summary>Mostly the one activation; now and then another one, while the first still runs.</summary>
    private AppendPump Pump()
    {
        if (_world.Chance(0.03))
        {
            _current = 1 - _current;
        }

        var index = _current;
        return _activations[index] ??= new AppendPump(
            _world.Conversation,
            _store,
            _store,
            this,
            new KnownRelations(),
            Options,
            _world.Scheduler.Time,
            NullLogger.Instance,
            () => _activations[index] = null
        );
    }

    private async Task<T> WithTimeoutAsync<T>(Task<T> call)
    {
        // A task whose continuations run asynchronously would tell WhenAny on another thread.
        var reply = ReplyAsync(call);
        await Task.WhenAny(reply, _world.Scheduler.DelayAsync(CallTimeout));
        return reply.IsCompleted ? await reply : throw new TimeoutException();
    }

    private static async Task<T> ReplyAsync<T>(Task<T> call) => await call;

    /// <summary>No answer without a commit, and never two places for one cid.</summary>
    private void CheckAnswer(UserId sender, Cid cid, AppendResult result)
    {
        if (_world.Answered.TryGetValue((sender, cid), out var seq) && seq != result.Seq)
        {
            _world.Violations.Add($"The message {cid} was answered with seq {seq} and with {result.Seq}.");
        }

        _world.Answered[(sender, cid)] = result.Seq;
    }
}
