using Connect.Client.Connections;
using Connect.Protocol;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>
/// A server behind the client's transport seam, with logs, sync, history and marks in memory. A test may answer any
/// frame itself, lose pushes, break connections and refuse new ones.
/// </summary>
internal sealed class FakeServer(TimeProvider time) : ITransportFactory
{
    public const string Me = "u-me";
    public const string Other = "u-other";
    public const string Room = "c-room";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Wire.Entry>> _logs = [];
    private readonly List<FakeSession> _sessions = [];
    private readonly List<Wire.ClientFrame> _received = [];

    /// <summary>Answers or swallows a frame instead of the server: true = done.</summary>
    public Func<FakeSession, Wire.ClientFrame, bool>? Intercept { get; set; }

    /// <summary>Whether an entry is pushed to the sessions; one that is not is lost on the way.</summary>
    public Func<Wire.Entry, bool> Pushes { get; set; } = _ => true;

    /// <summary>Why a connection is refused; null = it is not.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>How far the server's clock is ahead.</summary>
    public TimeSpan ClockAhead { get; set; }

    public Wire.Resumed Resumed { get; set; } = Wire.Resumed.No;

    public uint InFlightLimit { get; set; } = 256;

    /// <summary>The limits of the next greeting on a text and a message; 0 = not stated.</summary>
    public (uint Text, uint Frame) Limits { get; set; }

    public TimeSpan TokenLife { get; set; } = TimeSpan.FromMinutes(15);

    public int SyncPageSize { get; set; } = 100;

    public List<Uri> Dialled { get; } = [];

    public IReadOnlyList<FakeSession> Sessions => Read(_sessions);

    public IReadOnlyList<Wire.ClientFrame> Received => Read(_received);

    public FakeSession Session => Sessions[^1];

    public ulong Now => (ulong)(time.GetUtcNow() + ClockAhead).ToUnixTimeMilliseconds();

    public IReadOnlyList<Wire.Entry> Log(string conversation) => Read(LogOf(conversation));

    public Task<ITransport> ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Dialled.Add(url);
            if (Refusal is not null)
            {
                return Task.FromException<ITransport>(Refusal);
            }

            var session = new FakeSession(this);
            _sessions.Add(session);
            return Task.FromResult<ITransport>(session);
        }
    }

    /// <summary>Somebody else writes.</summary>
    public Wire.Entry Write(string text, string conversation = Room, string from = Other) =>
        Append(conversation, from, Guid.CreateVersion7(time.GetUtcNow()).ToString("D"), text, null).Entry;

    /// <summary>An entry of any kind.</summary>
    public void Write(Wire.Entry entry)
    {
        lock (_gate)
        {
            var log = LogOf(entry.Conversation);
            entry.Seq = (ulong)log.Count + 1;
            entry.Time = Now;
            log.Add(entry);
            Push(entry, null);
        }
    }

    /// <summary>The life of the data, as told in <c>welcome</c>.</summary>
    public string Store { get; set; } = "life-1";

    /// <summary>Forgets what is above a seq, as a restore does.</summary>
    public void Lose(int above, string conversation = Room)
    {
        lock (_gate)
        {
            var log = LogOf(conversation);
            log.RemoveRange(above, log.Count - above);
        }
    }

    /// <summary>Frames of one kind that came, in order.</summary>
    public IReadOnlyList<Wire.ClientFrame> ReceivedOf(Wire.ClientFrame.BodyOneofCase kind) =>
        [.. Received.Where(frame => frame.BodyCase == kind)];

    internal void Handle(FakeSession session, Wire.ClientFrame frame)
    {
        lock (_gate)
        {
            _received.Add(frame);
        }

        if (Intercept?.Invoke(session, frame) != true)
        {
            Answer(session, frame);
        }
    }

    /// <summary>What the server does by itself.</summary>
    internal void Answer(FakeSession session, Wire.ClientFrame frame)
    {
        lock (_gate)
        {
            var answer = frame.BodyCase switch
            {
                Wire.ClientFrame.BodyOneofCase.Hello => Greet(session),
                Wire.ClientFrame.BodyOneofCase.Auth => new() { Ok = new() { ExpiresAt = TokenEnd } },
                Wire.ClientFrame.BodyOneofCase.Send => Send(session, frame.Send),
                Wire.ClientFrame.BodyOneofCase.Mark => new() { Ok = new() },
                Wire.ClientFrame.BodyOneofCase.Sync => Sync(session, frame.Sync),
                Wire.ClientFrame.BodyOneofCase.Next => Page(session),
                Wire.ClientFrame.BodyOneofCase.History => History(frame.History),
                Wire.ClientFrame.BodyOneofCase.Conversations => new() { Conversations = new() },
                _ => (Wire.ServerFrame?)null,
            };
            if (answer is not null)
            {
                answer.Id = frame.Id;
                session.Push(answer);
            }
        }
    }

    internal static Wire.ServerFrame Error(ErrorCode code, TimeSpan retryAfter = default) =>
        new() { Err = code.ToErr(retryAfter: retryAfter) };

    private ulong TokenEnd => Now + (ulong)TokenLife.TotalMilliseconds;

    private Wire.ServerFrame Greet(FakeSession session)
    {
        session.Live = Resumed == Wire.Resumed.Full;
        return new()
        {
            Welcome = new()
            {
                User = Me,
                Session = "s-" + _sessions.Count,
                Device = "d-1",
                Node = "n-1",
                Incarnation = "i-1",
                Store = Store,
                ServerTime = Now,
                Limits = new()
                {
                    InFlight = InFlightLimit,
                    Text = Limits.Text,
                    Frame = Limits.Frame,
                },
                PingMs = 25_000,
                TokenExpiresAt = TokenEnd,
                Resumed = Resumed,
            },
        };
    }

    private Wire.ServerFrame Send(FakeSession session, Wire.Send send)
    {
        var conversation = send.Conversation.Length > 0 ? send.Conversation : Room;
        var log = LogOf(conversation);
        if (send.After.Length > 0 && log.All(entry => entry.Cid != send.After))
        {
            return Error(ErrorCode.Predecessor);
        }

        var (entry, duplicate) = Append(conversation, Me, send.Cid, send.Text, session);
        return new()
        {
            Sent = new()
            {
                Cid = send.Cid,
                Conversation = conversation,
                Seq = entry.Seq,
                Time = entry.Time,
                Duplicate = duplicate,
            },
        };
    }

    private (Wire.Entry Entry, bool Duplicate) Append(
        string conversation,
        string from,
        string cid,
        string text,
        FakeSession? sender
    )
    {
        lock (_gate)
        {
            var log = LogOf(conversation);
            if (log.Find(known => known.Cid == cid && known.From == from) is { } known)
            {
                return (known, true);
            }

            var entry = new Wire.Entry
            {
                Conversation = conversation,
                Seq = (ulong)log.Count + 1,
                Time = Now,
                Cid = cid,
                From = from,
                Kind = Wire.EntryKind.Message,
                Text = text,
            };
            log.Add(entry);
            Push(entry, sender);
            return (entry, false);
        }
    }

    private void Push(Wire.Entry entry, FakeSession? sender)
    {
        foreach (var session in _sessions.Where(each => each.Live && each != sender && Pushes(entry)))
        {
            session.Push(new() { Entries = new() { Entries_ = { entry } } });
        }
    }

    private Wire.ServerFrame? Sync(FakeSession session, Wire.Sync sync)
    {
        session.Live = false;
        foreach (var position in sync.Positions)
        {
            session.Positions[position.Conversation] = position.Seq;
        }

        if (sync.More)
        {
            return new() { Ok = new() };
        }

        session.Listed = sync.Mode == Wire.SyncMode.Listed;
        return Page(session);
    }

    private Wire.ServerFrame Page(FakeSession session)
    {
        var missing = _logs
            .Where(log => !session.Listed || session.Positions.ContainsKey(log.Key))
            .SelectMany(log => log.Value.Where(entry => entry.Seq > session.Positions.GetValueOrDefault(log.Key)))
            .ToList();
        var page = new Wire.SyncPage();
        foreach (var (conversation, log) in _logs)
        {
            if (session.Positions.GetValueOrDefault(conversation) > (ulong)log.Count)
            {
                page.Reset.Add(new Wire.Position { Conversation = conversation, Seq = (ulong)log.Count });
                session.Positions[conversation] = (ulong)log.Count;
            }
        }

        page.Entries.AddRange(missing.Take(SyncPageSize));
        foreach (var entry in page.Entries)
        {
            session.Positions[entry.Conversation] = entry.Seq;
        }

        page.Synced = missing.Count <= SyncPageSize;
        page.More = !page.Synced;
        session.Live = page.Synced;
        return new() { SyncPage = page };
    }

    private Wire.ServerFrame History(Wire.HistoryRequest request)
    {
        var log = LogOf(request.Conversation);
        var limit = request.Limit == 0 ? 50 : (int)request.Limit;
        var chosen = (request.After, request.Before, request.Around) switch
        {
            (> 0, _, _) => log.Where(entry => entry.Seq > request.After).Take(limit).ToList(),
            (_, > 0, _) => log.Where(entry => entry.Seq < request.Before).TakeLast(limit).ToList(),
            (_, _, > 0) => log.Where(entry => entry.Seq + ((ulong)limit / 2) > request.Around).Take(limit).ToList(),
            _ => log.TakeLast(limit).ToList(),
        };
        var page = new Wire.HistoryPage { Conversation = request.Conversation };
        page.Entries.AddRange(chosen);
        page.HasMoreBefore = chosen.Count > 0 && chosen[0].Seq > 1;
        page.HasMoreAfter = chosen.Count > 0 && chosen[^1].Seq < (ulong)log.Count;
        return new() { History = page };
    }

    private List<Wire.Entry> LogOf(string conversation)
    {
        lock (_gate)
        {
            if (!_logs.TryGetValue(conversation, out var log))
            {
                log = [];
                _logs.Add(conversation, log);
            }

            return log;
        }
    }

    private List<T> Read<T>(List<T> list)
    {
        lock (_gate)
        {
            return [.. list];
        }
    }
}
