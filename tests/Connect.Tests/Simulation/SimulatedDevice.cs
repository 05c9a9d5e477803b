using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Tests.Simulation;

/// <summary>
/// A device that follows the rules for clients in proto/connect/v1/README.md: durable outbox, oldest first,
/// <c>after</c>, positions and gaps. Loses its connection often and its memory never.
/// </summary>
internal sealed class SimulatedDevice(SimulatedWorld world, string name, UserId user, Func<SimulatedServer> server)
{
    private readonly List<(Cid Cid, byte[] Text, long Seen)> _outbox = [];
    private readonly SortedDictionary<long, (UserId From, Cid Cid, string Text)> _entries = [];
    private SimulatedSession? _session;
    private bool _resending;
    private bool _pulling;
    private long _wanted;
    private long _wantedRead;
    private long _confirmedRead;

    public UserId User => user;

    public string Name => name;

    /// <summary>Cids in the order in which the device sent them first.</summary>
    public List<Cid> Composed { get; } = [];

    /// <summary>What the device was told is durable.</summary>
    public Dictionary<Cid, long> Acknowledged { get; } = [];

    /// <summary>Up to here the device lacks nothing.</summary>
    public long Position { get; private set; }

    public bool IsSettled => _outbox.Count == 0 && _session is not null && _confirmedRead >= _wantedRead;

    /// <summary>A mark that the device was told is persisted.</summary>
    public long ConfirmedRead => _confirmedRead;

    public IReadOnlyDictionary<long, (UserId From, Cid Cid, string Text)> Entries => _entries;

    public void Start(int messages)
    {
        world.Scheduler.Start(StayConnectedAsync);
        world.Scheduler.Start(() => ComposeAsync(messages));
    }

    public void Drop() => _session?.Close();

    private async Task StayConnectedAsync()
    {
        while (true)
        {
            await world.Scheduler.PauseAsync(world.HasFaults ? 1_500 : 100);
            if (_session is null && !server().IsDead)
            {
                Connect();
            }
        }
    }

    private void Connect()
    {
        SimulatedSession? mine = null;
        mine = server()
            .Connect(
                user,
                frame => Receive(mine!, frame),
                () =>
                {
                    if (_session == mine)
                    {
                        _session = null;
                    }
                }
            );
        _session = mine;
        _pulling = false;
        _session.Send(new SimulatedFrame.Sync(Position));
        ResendAll();
        RepeatMark();
    }

    private async Task ComposeAsync(int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            await world.Scheduler.PauseAsync(world.Coin() ? 50 : 4_000);
            var cid = world.NextCid();
            Composed.Add(cid);
            _outbox.Add((cid, Encoding.UTF8.GetBytes($"{name} {i}"), world.Coin() ? Position : 0));
            Transmit(_outbox.Count - 1);
        }
    }

    private void Transmit(int index)
    {
        var (cid, text, seen) = _outbox[index];
        var after = index == 0 || world.Bug == SimulatedBug.NamesNoPredecessor ? default : _outbox[index - 1].Cid;
        _session?.Send(new SimulatedFrame.Send(new AppendItem(cid, text, after, seen)));
    }

    private void ResendAll()
    {
        for (var i = 0; i < _outbox.Count; i++)
        {
            Transmit(i);
        }
    }

    private void RepeatMark()
    {
        if (_wantedRead > _confirmedRead)
        {
            _session?.Send(new SimulatedFrame.Mark(0, _wantedRead));
        }
    }

    private void Receive(SimulatedSession from, SimulatedFrame frame)
    {
        if (from != _session)
        {
            return;
        }

        switch (frame)
        {
            case SimulatedFrame.Sent sent:
                AcceptSent(sent);
                break;
            case SimulatedFrame.Refused refused:
                AcceptRefusal(refused);
                break;
            case SimulatedFrame.Entries entries:
                Take(entries.Items);
                break;
            case SimulatedFrame.Hint hint:
                Want(hint.Head);
                break;
            case SimulatedFrame.Page page:
                _pulling = false;
                Take(page.Items);
                Want(page.Head);
                break;
            case SimulatedFrame.Marked marked:
                AcceptMark(marked);
                break;
        }
    }

    private void AcceptSent(SimulatedFrame.Sent sent)
    {
        Acknowledged[sent.Cid] = sent.Seq;
        var index = _outbox.FindIndex(open => open.Cid == sent.Cid);
        if (index >= 0)
        {
            Keep(sent.Seq, user, sent.Cid, Encoding.UTF8.GetString(_outbox[index].Text));
            _outbox.RemoveAt(index);
            Advance();
        }
    }

    private void AcceptRefusal(SimulatedFrame.Refused refused)
    {
        if (refused.Status is not (AppendStatus.Predecessor or AppendStatus.Unavailable or AppendStatus.Unknown))
        {
            world.Violations.Add($"{name}: refused for ever with {refused.Status}.");
        }

        if (!_resending)
        {
            _resending = true;
            world.Scheduler.Start(async () =>
            {
                await world.Scheduler.PauseAsync(500);
                _resending = false;
                ResendAll();
            });
        }
    }

    private void AcceptMark(SimulatedFrame.Marked marked)
    {
        if (marked.IsPersisted)
        {
            _confirmedRead = Math.Max(_confirmedRead, marked.Read);
            return;
        }

        world.Scheduler.Start(async () =>
        {
            await world.Scheduler.PauseAsync(500);
            RepeatMark();
        });
    }

    private void Take(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            Keep(entry.Seq, entry.From, entry.Cid, Encoding.UTF8.GetString(entry.Body.Span));

            // An entry whose cid is in the outbox counts as sent.
            if (entry.From == user && _outbox.RemoveAll(open => open.Cid == entry.Cid) > 0)
            {
                Acknowledged[entry.Cid] = entry.Seq;
            }
        }

        Advance();
    }

    private void Keep(long seq, UserId from, Cid cid, string text)
    {
        if (_entries.TryGetValue(seq, out var held) && held != (from, cid, text))
        {
            world.Violations.Add($"{name}: seq {seq} was '{held.Text}' and is '{text}'.");
        }

        _entries[seq] = (from, cid, text);
    }

    private void Advance()
    {
        var before = Position;
        while (_entries.ContainsKey(Position + 1))
        {
            Position++;
        }

        if (Position > before && world.Random.Next(3) == 0)
        {
            _wantedRead = Position;
            RepeatMark();
        }

        Want(_entries.Count == 0 ? 0 : _entries.Keys.Last());
    }

    /// <summary>Pulls what is missing up to a seq, unless it comes by itself within 200 ms.</summary>
    private void Want(long seq)
    {
        _wanted = Math.Max(_wanted, seq);
        if (_wanted <= Position || _pulling)
        {
            return;
        }

        _pulling = true;
        var session = _session;
        world.Scheduler.Start(async () =>
        {
            await world.Scheduler.DelayAsync(TimeSpan.FromMilliseconds(200));
            if (session != _session)
            {
                return;
            }

            if (_wanted > Position)
            {
                session?.Send(new SimulatedFrame.Pull(Position));
            }
            else
            {
                _pulling = false;
            }
        });
    }
}
