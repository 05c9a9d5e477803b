using Connect.Client.Connections;
using Connect.Client.Events;
using Connect.Client.Outbox;
using Connect.Client.Stores;
using Connect.Protocol.Frames;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>
/// Everything a client decides: what to connect, say, keep and tell, and when. It does no I/O and reads no clock; what
/// is to be done it puts into <see cref="Effects"/>. One caller at a time.
/// </summary>
/// <remarks>This part: the life of the connection.</remarks>
internal sealed partial class SessionMachine
{
    private static readonly TimeSpan WelcomeDeadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WindDown = TimeSpan.FromSeconds(10);

    private readonly ConnectOptions _options;
    private readonly EventHub _hub;
    private readonly bool _keepsEntries;
    private readonly ReconnectPolicy _reconnect;
    private readonly RequestTable _requests = new();
    private readonly List<Action<ConnectException?>> _waiters = [];
    private Phase _phase = Phase.Stopped;
    private TimeSpan _now;
    private DateTimeOffset _wall;
    private TimeSpan _dueAt;
    private TimeSpan _lastByte;
    private TimeSpan _silenceLimit;
    private string _token = "";
    private bool _renewToken;
    private bool _renewed;
    private Wire.GoAway? _goAway;

    public SessionMachine(ConnectOptions options, EventHub hub, bool keepsEntries, StoredState stored)
    {
        _options = options;
        _hub = hub;
        _keepsEntries = keepsEntries;
        _fit = new(FrameCodec.For(options.Encoding));
        _reconnect = new(options.Random);
        _outbox = new(options.Random);
        Url = options.Url;
        Account = stored.Account;
        _store = stored.Store;
        foreach (var position in stored.Positions)
        {
            _conversations.Add(
                position.Conversation,
                new(position.Conversation, position.Held, position.Consumed, BufferLimit)
            );
        }

        foreach (var direct in stored.Directs)
        {
            _directs.Add((direct.Conversation, direct.Username));
        }

        foreach (var mark in stored.Marks)
        {
            _marks.Load(mark);
        }

        foreach (var message in stored.Outbox)
        {
            _outbox.Add(new OutboxItem(message));
            _lastOutboxId = Math.Max(_lastOutboxId, message.Id);
        }
    }

    private enum Phase
    {
        /// <summary>Until somebody asks.</summary>
        Stopped,

        /// <summary>Until the next attempt.</summary>
        Waiting,

        /// <summary>Getting a token and a connection.</summary>
        Opening,

        /// <summary>Until <c>welcome</c>.</summary>
        Greeting,

        /// <summary>In a session.</summary>
        Open,
    }

    public Effects Effects { get; } = new();

    public ConnectionState State { get; private set; } = ConnectionState.Offline;

    /// <summary>Why the state is not better.</summary>
    public ConnectException? Error { get; private set; }

    public StoredAccount Account { get; private set; }

    /// <summary>Where to connect; a <c>go_away</c> may name another place.</summary>
    public Uri Url { get; private set; }

    /// <summary>Told of each change of the state.</summary>
    public Action<StateChange>? StateChanged { get; set; }

    /// <summary>The time of what follows.</summary>
    public void Begin(TimeSpan now, DateTimeOffset wall)
    {
        _now = now;
        _wall = wall;
    }

    /// <summary>
    /// Connect, and stay connected. The waiter is told when it is live, will take longer, or cannot be.
    /// </summary>
    public void Start(Action<ConnectException?> waiter)
    {
        if (State == ConnectionState.Live)
        {
            Effects.After.Add(() => waiter(null));
            return;
        }

        _waiters.Add(waiter);
        if (_phase == Phase.Stopped)
        {
            _phase = Phase.Waiting;
            _dueAt = _now;
            _renewed = false;
            Set(ConnectionState.Connecting, null);
        }
    }

    /// <summary>Stop until asked again.</summary>
    public void Stop(ConnectException? reason)
    {
        if (_phase == Phase.Open && reason is null)
        {
            Effects.Frames.Add(new Wire.ClientFrame { Bye = new Wire.Bye() });
        }

        Disconnect();
        _phase = Phase.Stopped;
        Set(ConnectionState.Offline, reason);
        Release(reason);
        if (reason is not null)
        {
            FailQuestions(reason);
        }
    }

    /// <summary>There is a connection.</summary>
    public void Opened(string token)
    {
        _token = token;
        _phase = Phase.Greeting;
        _lastByte = _now;
        _complaint = "";
        _dueAt = _now + WelcomeDeadline;
        SayHello();
    }

    /// <summary>There is no token or no connection.</summary>
    public void OpenFailed(ConnectException error)
    {
        if (_phase != Phase.Opening)
        {
            return;
        }

        if (error.Retryable)
        {
            Retry(error, error.RetryAfter);
        }
        else
        {
            Stop(error);
        }
    }

    /// <summary>The connection broke or was closed.</summary>
    public void Closed(int? code, Exception? fault)
    {
        if (_phase is not (Phase.Greeting or Phase.Open))
        {
            return;
        }

        var close = (CloseCode)(code ?? 0);
        var told = _goAway;
        var error = new ConnectException(
            close == CloseCode.Unauthenticated ? ErrorCode.Unauthenticated : ErrorCode.Unavailable,
            code is null
                ? "The connection broke."
                : $"The server closed the connection: {code} {close.Name()}. {_complaint}".TrimEnd(),
            retryable: CloseCodes.ShouldReconnect(code ?? 0),
            innerException: fault
        )
        {
            Close = close,
        };
        if (close == CloseCode.Unauthenticated)
        {
            RenewOrStop(error);
        }
        else if (!error.Retryable)
        {
            Stop(error);
        }
        else
        {
            _renewToken |= close == CloseCode.TokenExpired;
            Retry(error, TimeSpan.Zero, told);
        }
    }

    /// <summary>Does what is due, and as much as there is room for.</summary>
    public void Advance()
    {
        switch (_phase)
        {
            case Phase.Waiting when _dueAt <= _now:
                _phase = Phase.Opening;
                Effects.Open = true;
                Effects.RenewToken = _renewToken;
                _renewed |= _renewToken;
                _renewToken = false;
                break;
            case Phase.Greeting when _dueAt <= _now:
                Retry(Silent("The server did not greet."), TimeSpan.Zero);
                break;
            case Phase.Open:
                AdvanceSession();
                break;
        }
    }

    /// <summary>When something is due next, if nothing happens before.</summary>
    public TimeSpan? NextDue()
    {
        if (_phase is Phase.Waiting or Phase.Greeting)
        {
            return _dueAt;
        }

        if (_phase != Phase.Open)
        {
            return null;
        }

        var due = _lastByte + _silenceLimit;
        Consider(_requests.Deadline);
        if (_goAway is not null)
        {
            Consider(_dueAt);
            return due;
        }

        Consider(_tokenDueAt);
        Consider(_marks.DueAt);
        Consider(_ownTyping.DueAt);
        Consider(_typing.DueAt);
        Consider(CanAsk ? _presence.DueAt : null);
        Consider(_syncRetryAt);
        Consider(_list.DueAt);
        Consider(CanAsk ? _outbox.DueAt(_now) : null);
        if (State == ConnectionState.Live && CanAsk)
        {
            foreach (var conversation in _holes)
            {
                Consider(conversation.Tracker.PullAt);
            }
        }

        return due;

        void Consider(TimeSpan? other) => due = other < due ? other.Value : due;
    }

    private void AdvanceSession()
    {
        if (_now >= _lastByte + _silenceLimit || _now >= _requests.Deadline)
        {
            Retry(Silent("The server fell silent."), TimeSpan.Zero);
            return;
        }

        if (_goAway is not null)
        {
            if (_requests.InFlight == 0 || _now >= _dueAt)
            {
                Retry(Silent("The server asks to reconnect."), TimeSpan.Zero, _goAway);
            }

            return;
        }

        AdvanceToken();
        AdvanceMarks();
        AdvanceSends();
        AdvanceQuestions();
        AdvanceSignals();
        AdvancePulls();
        if (_syncRetryAt <= _now)
        {
            RetrySync();
        }

        if (_list.DueAt <= _now)
        {
            ReadList();
        }
    }

    /// <summary>The token was refused: once a new one is tried, then somebody has to log in.</summary>
    private void RenewOrStop(ConnectException error)
    {
        if (_renewed)
        {
            Stop(error);
            return;
        }

        _renewToken = true;
        Retry(error, TimeSpan.Zero);
    }

    private void Retry(ConnectException error, TimeSpan atLeast, Wire.GoAway? told = null)
    {
        Disconnect();
        var wait = told is null
            ? _reconnect.Next()
            : _reconnect.Told(
                TimeSpan.FromMilliseconds(told.ReconnectAfterMs),
                TimeSpan.FromMilliseconds(told.JitterMs)
            );
        Url = told is not null && IsAcceptable(told.Url, out var url) ? url : _options.Url;
        _phase = Phase.Waiting;
        wait = wait > atLeast ? wait : atLeast;
        _dueAt = _now + wait;
        Set(ConnectionState.Connecting, error, wait);
        Release(null);
    }

    // The token goes where the server says, but never over a weaker connection.
    private bool IsAcceptable(string text, out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url!) && url.Scheme == _options.Url.Scheme;

    private void Disconnect()
    {
        if (_phase is Phase.Opening or Phase.Greeting or Phase.Open)
        {
            Effects.Close = true;
        }

        _goAway = null;
        EndSignals();
        _requests.Clear();
        _outbox.Disconnected();
        _marks.Disconnected();
        _sync = null;
        _syncRetryAt = null;
        _list.Disconnected();
        _tokenDueAt = null;
        foreach (var conversation in _conversations.Values)
        {
            conversation.Tracker.Disconnected();
        }

        foreach (var question in _questions)
        {
            question.Asked = false;
        }
    }

    private void Set(ConnectionState state, ConnectException? error, TimeSpan? retryIn = null)
    {
        if (state == State && error == Error)
        {
            return;
        }

        State = state;
        Error = error;
        Effects.After.Add(() => StateChanged?.Invoke(new(state, error) { RetryIn = retryIn }));
    }

    private void Release(ConnectException? error)
    {
        foreach (var waiter in _waiters)
        {
            Effects.After.Add(() => waiter(error));
        }

        _waiters.Clear();
    }

    private static ConnectException Silent(string message) => new(ErrorCode.Unavailable, message, retryable: true);
}
