using Connect.Client.Connections;
using Connect.Client.Events;
using Connect.Client.Outbox;
using Connect.Client.Positions;
using Connect.Client.Stores;
using Connect.Protocol.Frames;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>
/// Everything a client decides: what to connect, say, keep and announce, and when. It does no I/O and reads no clock;
/// what is to be done it puts into <see cref="Effects"/>. One caller at a time.
/// </summary>
/// <remarks>
/// The decisions are made in its parts. This class puts them together, and says what follows on what.
/// </remarks>
internal sealed class SessionMachine
{
    private readonly Round _round;
    private readonly Requests _requests;
    private readonly Questions _questions;
    private readonly CidClock _clock = new();
    private readonly ConversationTable _conversations;
    private readonly Receipts _receipts;
    private readonly Sync _sync;
    private readonly Summaries _summaries;

    public SessionMachine(ConnectOptions options, EventHub hub, bool keepsEntries, StoredState stored)
    {
        _round = new(hub);
        _requests = new(_round, FrameCodec.For(options.Encoding));
        _questions = new(_round, _requests);
        _conversations = new(stored.Positions);
        _receipts = new(_round, _conversations);
        Connection = new(options, _round, _requests, _questions, _clock, stored.Account);
        Attention = new(_round, _requests, Connection);
        Marks = new(_round, _requests, stored.Marks);
        Sends = new(_round, _requests, _conversations, Marks, _clock, options);
        Feed = new(_round, hub, Connection, _conversations, Marks, options.PendingEvents, keepsEntries);
        Log = new(_round, _requests, Connection, _conversations, Feed, stored.Store);
        _sync = new(_round, _requests, Connection, _conversations, Log, options.FirstSync);
        _summaries = new(_round, _requests, Connection, _conversations, Marks, _receipts);
        foreach (var direct in stored.Directs)
        {
            _summaries.Load(direct);
        }

        foreach (var message in stored.Outbox)
        {
            Sends.Load(message);
        }

        Connection.Greeted += Greet;
        Connection.Welcomed += Begin;
        Connection.Pushed += Accept;
        Connection.Disconnected += Disconnected;
        Connection.GaveUp += Leave;
        Sends.Sending += Attention.Sending;
        Sends.Committed += Log.Commit;
        Sends.TokenRefused += Connection.Token.Refused;
        Log.Arrived += Arrived;
        Log.Dropped += Marks.Lower;
        Log.Dropped += Sends.Drop;
        _sync.ListWanted += _summaries.Read;
    }

    public Connection Connection { get; }

    public Attention Attention { get; }

    public Marks Marks { get; }

    public Sends Sends { get; }

    public Feed Feed { get; }

    public Log Log { get; }

    public Effects Effects => _round.Effects;

    /// <summary>How far the server's clock is ahead of this device's.</summary>
    public TimeSpan ClockOffset => _clock.Offset;

    /// <summary>The time of what follows.</summary>
    public void Begin(TimeSpan now, DateTimeOffset wall) => _round.Begin(now, wall);

    /// <summary>Does what is due, and as much as there is room for.</summary>
    public void Advance()
    {
        if (Connection.Advance())
        {
            Marks.Advance();
            Sends.Advance();
            _questions.Advance();
            Attention.Advance();
            Log.Advance();
            _sync.Advance();
            _summaries.Advance();
        }
    }

    /// <summary>When something is due next, if nothing happens before.</summary>
    public TimeSpan? NextDue()
    {
        var due = Connection.DueAt;
        if (!_requests.IsOpen)
        {
            return due;
        }

        due = Round.Earlier(due, Marks.DueAt);
        due = Round.Earlier(due, Sends.DueAt);
        due = Round.Earlier(due, Attention.DueAt);
        due = Round.Earlier(due, Log.DueAt);
        due = Round.Earlier(due, _sync.DueAt);
        return Round.Earlier(due, _summaries.DueAt);
    }

    /// <summary>
    /// The client ends or gives up: nobody gets an answer any more, and the outbox keeps what is in it.
    /// </summary>
    public void Leave(ConnectException reason)
    {
        _questions.Fail(reason);
        Sends.Leave(reason);
    }

    /// <summary>
    /// Puts a message into the outbox; null when it is full. Nobody waits for it if the client has given up: it goes
    /// out once the application connects again.
    /// </summary>
    public OutgoingMessage? Enqueue(string conversation, string to, string text, long seen)
    {
        var message = Sends.Enqueue(conversation, to, text, seen);
        if (message is not null && Connection.GivenUpFor is { } reason)
        {
            Effects.After.Add(() => message.Abandon(reason));
        }

        return message;
    }

    /// <summary>This device changed what the list shows of a conversation.</summary>
    public void Changed(string conversation) => _round.Tell(new ConversationChanged(conversation, IsOver: false));

    /// <summary>This device hid a conversation, up to a seq; null = with everything in it.</summary>
    public void Hidden(string conversation, long? seen) =>
        _round.Tell(new HiddenHere(conversation, seen ?? long.MaxValue));

    /// <summary>What is known of a conversation beside its entries, as the events that announced it.</summary>
    public List<ConnectEvent> Known(string conversation) =>
        [.. _receipts.Known(conversation), new TypingChanged(conversation, Attention.TypistsOf(conversation))];

    private void Greet(Wire.Hello hello)
    {
        hello.Background = !Attention.IsActive;
        _sync.Greet(hello);
    }

    private void Begin(Wire.Welcome welcome)
    {
        Log.BeginLife(welcome.Store, Marks.Conversations);
        Sends.Begin(welcome.Limits?.SendRate ?? 0);
        Attention.Begin();
        // A reading that the end of the connection interrupted begins anew.
        _sync.Begin(welcome, readsList: welcome.Refresh || _summaries.IsOpen);
    }

    private void Accept(Wire.ServerFrame frame)
    {
        switch (frame.BodyCase)
        {
            case Wire.ServerFrame.BodyOneofCase.Entries:
                Log.Accept(WireMapping.ToItems(frame.Entries.Entries_, []));
                break;
            case Wire.ServerFrame.BodyOneofCase.Hint:
                Log.AcceptHints(frame.Hint);
                break;
            case Wire.ServerFrame.BodyOneofCase.Conversation:
                Log.AcceptChange(frame.Conversation);
                break;
            case Wire.ServerFrame.BodyOneofCase.Receipts:
                _receipts.Accept(frame.Receipts);
                break;
            case Wire.ServerFrame.BodyOneofCase.Typing:
                Attention.AcceptTyping(frame.Typing);
                break;
            case Wire.ServerFrame.BodyOneofCase.Presence:
                Attention.AcceptPresence(frame.Presence);
                break;
            case Wire.ServerFrame.BodyOneofCase.Lagging:
                _sync.Lagging();
                break;
            default:
                // A push of a later version.
                break;
        }
    }

    private void Disconnected()
    {
        Attention.Disconnected();
        Sends.Disconnected();
        Marks.Disconnected();
        _sync.Disconnected();
        _summaries.Disconnected();
        Log.Disconnected();
    }

    private void Arrived(Entry entry)
    {
        if (entry.From == Connection.User)
        {
            Sends.ArrivedOwn(entry);
        }

        Attention.Arrived(entry);
    }
}
