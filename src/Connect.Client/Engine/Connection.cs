using Connect.Client.Connections;
using Connect.Client.Outbox;
using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>The life of the connection: when to connect, the greeting, silence, and when to give up.</summary>
internal sealed class Connection
{
    private static readonly TimeSpan WelcomeDeadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WindDown = TimeSpan.FromSeconds(10);

    private readonly ConnectOptions _options;
    private readonly Round _round;
    private readonly Requests _requests;
    private readonly Questions _questions;
    private readonly CidClock _clock;
    private readonly ReconnectPolicy _reconnect;
    private readonly List<Action<ConnectException?>> _waiters = [];
    private Phase _phase = Phase.Stopped;
    private TimeSpan _dueAt;
    private TimeSpan _lastByte;
    private TimeSpan _silenceLimit;
    private string _session = "";
    private string _incarnation = "";
    private string _complaint = "";
    private Wire.GoAway? _goAway;

    public Connection(
        ConnectOptions options,
        Round round,
        Requests requests,
        Questions questions,
        CidClock clock,
        StoredAccount account
    )
    {
        _options = options;
        _round = round;
        _requests = requests;
        _questions = questions;
        _clock = clock;
        _reconnect = new(options.Random);
        Token = new(round, requests, clock);
        Url = options.Url;
        Account = account;
    }

    /// <summary>A hello is about to be sent; the rest of the client adds what it has to say.</summary>
    public event Action<Wire.Hello>? Greeted;

    /// <summary>A session begins.</summary>
    public event Action<Wire.Welcome>? Welcomed;

    /// <summary>A push that does not concern the connection.</summary>
    public event Action<Wire.ServerFrame>? Pushed;

    /// <summary>The connection is gone.</summary>
    public event Action? Disconnected;

    /// <summary>The client gave up, for this reason, until the application connects again.</summary>
    public event Action<ConnectException>? GaveUp;

    public SessionToken Token { get; }

    public ConnectionState State { get; private set; } = ConnectionState.Offline;

    /// <summary>Why the state is not better.</summary>
    public ConnectException? Error { get; private set; }

    /// <summary>Whose device this is.</summary>
    public StoredAccount Account { get; private set; }

    /// <summary>This user's id; empty before it is known.</summary>
    public string User => Account.User;

    /// <summary>Where to connect; a <c>go_away</c> may name another place.</summary>
    public Uri Url { get; private set; }

    /// <summary>The server's limits, as last stated.</summary>
    public ServerLimits Limits { get; private set; } = new();

    /// <summary>Called with each change of the state.</summary>
    public Action<StateChange>? StateChanged { get; set; }

    /// <summary>Why the client gave up; null when it has not.</summary>
    public ConnectException? GivenUpFor => _phase == Phase.Stopped ? Error : null;

    /// <summary>There is a session, even if the server asks to leave it.</summary>
    public bool IsInSession => _phase == Phase.Open;

    /// <summary>When the connection itself has something to do next.</summary>
    public TimeSpan? DueAt
    {
        get
        {
            if (_phase is Phase.Waiting or Phase.Greeting)
            {
                return _dueAt;
            }

            if (_phase != Phase.Open)
            {
                return null;
            }

            var due = Round.Earlier(_lastByte + _silenceLimit, _requests.Deadline);
            return Round.Earlier(due, _goAway is null ? Token.DueAt : _dueAt);
        }
    }

    /// <summary>
    /// Connect, and stay connected. The waiter is called when the client is live, when that takes longer, or when it
    /// cannot be.
    /// </summary>
    public void Start(Action<ConnectException?> waiter)
    {
        if (State == ConnectionState.Live)
        {
            _round.Effects.After.Add(() => waiter(null));
            return;
        }

        _waiters.Add(waiter);
        if (_phase == Phase.Stopped)
        {
            _phase = Phase.Waiting;
            _dueAt = _round.Now;
            Token.Accepted();
            Set(ConnectionState.Connecting, null);
        }
    }

    /// <summary>Stop until asked again.</summary>
    public void Stop(ConnectException? reason)
    {
        if (_phase == Phase.Open && reason is null)
        {
            _requests.Say(new Wire.ClientFrame { Bye = new Wire.Bye() });
        }

        Disconnect();
        _phase = Phase.Stopped;
        Set(ConnectionState.Offline, reason);
        Release(reason);
        if (reason is not null)
        {
            GaveUp?.Invoke(reason);
        }
    }

    /// <summary>Gives the connection up and makes another one.</summary>
    public void Retry(ConnectException error) => Retry(error, TimeSpan.Zero);

    /// <summary>The session has to catch up.</summary>
    public void CatchUp() => Set(ConnectionState.Syncing, null);

    /// <summary>Nothing is missing: the session is live.</summary>
    public void CaughtUp()
    {
        _reconnect.Reset();
        Set(ConnectionState.Live, null);
        Release(null);
    }

    /// <summary>The application asks something.</summary>
    public void Ask(PendingRequest question)
    {
        if (GivenUpFor is { } reason)
        {
            _round.Effects.After.Add(() => question.Fail(reason));
        }
        else
        {
            _questions.Add(question);
        }
    }

    /// <summary>There is a connection.</summary>
    public void Opened(string token)
    {
        Token.Value = token;
        _phase = Phase.Greeting;
        _lastByte = _round.Now;
        _complaint = "";
        _dueAt = _round.Now + WelcomeDeadline;
        SayHello();
    }

    /// <summary>There is no token or no connection.</summary>
    public void OpenFailed(ConnectException error)
    {
        if (_phase == Phase.Opening)
        {
            RetryOrStop(error);
        }
    }

    /// <summary>The connection broke or was closed.</summary>
    public void Closed(int? code, Exception? fault)
    {
        if (_phase is not (Phase.Greeting or Phase.Open))
        {
            return;
        }

        var told = _goAway;
        var error = ConnectException.OfClose(code, _complaint, fault);
        if (error.Close == CloseCode.Unauthenticated)
        {
            RenewOrStop(error);
        }
        else if (!error.Retryable)
        {
            Stop(error);
        }
        else
        {
            if (error.Close == CloseCode.TokenExpired)
            {
                Token.Renew();
            }

            Retry(error, TimeSpan.Zero, told);
        }
    }

    /// <summary>The server sent a message.</summary>
    public void Received(IReadOnlyList<Wire.ServerFrame> frames)
    {
        _lastByte = _round.Now;
        foreach (var frame in frames)
        {
            if (_phase is not (Phase.Greeting or Phase.Open))
            {
                return;
            }

            if (frame.Id != 0)
            {
                _requests.Answer(frame);
            }
            else
            {
                Push(frame);
            }
        }
    }

    /// <summary>Does what is due. True when there is a session that goes on.</summary>
    public bool Advance()
    {
        switch (_phase)
        {
            case Phase.Waiting when _dueAt <= _round.Now:
                _phase = Phase.Opening;
                _round.Effects.Open = true;
                Token.Opening();
                return false;
            case Phase.Greeting when _dueAt <= _round.Now:
                Retry(Silent("The server did not send a greeting."));
                return false;
            case Phase.Open when _round.Now >= _lastByte + _silenceLimit || _round.Now >= _requests.Deadline:
                Retry(Silent("The server fell silent."));
                return false;
            case Phase.Open when _goAway is not null:
                if (_requests.InFlight == 0 || _round.Now >= _dueAt)
                {
                    Retry(Silent("The server asked to reconnect."), TimeSpan.Zero, _goAway);
                }

                return false;
            case Phase.Open:
                Token.Advance();
                return true;
            default:
                return false;
        }
    }

    private void Push(Wire.ServerFrame frame)
    {
        switch (frame.BodyCase)
        {
            case Wire.ServerFrame.BodyOneofCase.Ping:
                if (frame.Ping.Time > 0)
                {
                    // Either clock may have been set since the welcome.
                    _clock.Learn(WireMapping.ToTime(frame.Ping.Time), _round.Wall);
                }

                _requests.Say(new Wire.ClientFrame { Pong = new Wire.Pong() });
                break;
            case Wire.ServerFrame.BodyOneofCase.TokenExpiring:
                Token.Expiring();
                break;
            case Wire.ServerFrame.BodyOneofCase.GoAway:
                _goAway = frame.GoAway;
                _dueAt = _round.Now + WindDown;
                _requests.IsOpen = false;
                break;
            case Wire.ServerFrame.BodyOneofCase.Err:
                // It comes before a close: the close says what to do, this says why.
                _complaint = frame.Err.Message;
                break;
            case Wire.ServerFrame.BodyOneofCase.Welcome when _phase == Phase.Greeting:
                Welcome(frame.Welcome);
                break;
            default:
                Pushed?.Invoke(frame);
                break;
        }
    }

    private void SayHello()
    {
        var hello = new Wire.Hello
        {
            Token = Token.Value,
            DeviceId = _options.DeviceId ?? Account.Device,
            Agent = _options.Agent,
            Wants = new Wire.Wants
            {
                Receipts = true,
                Presence = true,
                Typing = true,
            },
        };
        if (_session.Length > 0)
        {
            hello.Resume = new Wire.Resume { Session = _session, Incarnation = _incarnation };
        }

        Greeted?.Invoke(hello);
        var request = new Wire.ClientFrame { Hello = hello };
        if (hello.Resume is not null && !_requests.Fit.Fits(request))
        {
            // A sync sends the same in parts.
            hello.Resume = null;
        }

        _requests.Ask(
            request,
            frame =>
            {
                if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Welcome)
                {
                    Welcome(frame.Welcome);
                }
                else if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Err)
                {
                    Refused(ConnectException.From(frame.Err));
                }
            }
        );
    }

    private void Welcome(Wire.Welcome welcome)
    {
        if (Account.User.Length > 0 && welcome.User != Account.User)
        {
            Stop(new(ErrorCode.Forbidden, "The store belongs to another user than the token."));
            return;
        }

        _phase = Phase.Open;
        _session = welcome.Session;
        _incarnation = welcome.Incarnation;
        _clock.Learn(WireMapping.ToTime(welcome.ServerTime), _round.Wall);
        _silenceLimit = ProtocolLimits.SilenceLimit(
            welcome.PingMs == 0 ? ProtocolLimits.PingInterval : TimeSpan.FromMilliseconds(welcome.PingMs)
        );
        var limit = (int)Math.Min(welcome.Limits?.InFlight ?? 0, int.MaxValue);
        // One below it: the server stops reading from a session that reaches the limit.
        _requests.Limit = limit == 0 ? ProtocolLimits.InFlight - 1 : Math.Max(1, limit - 1);
        _requests.IsOpen = _goAway is null;
        Limits = Limits.With(welcome.Limits);
        _requests.Fit.Limit = Limits.FrameBytes;
        Token.Accepted();
        Token.Plan(welcome.TokenExpiresAt, welcome.ServerTime);
        if (Account.User != welcome.User || Account.Device != welcome.Device)
        {
            Account = Account with { User = welcome.User, Device = welcome.Device };
            _round.Effects.Batch.Account = Account;
        }

        Welcomed?.Invoke(welcome);
    }

    private void Refused(ConnectException error)
    {
        if (error.Code is ErrorCode.Unauthenticated or ErrorCode.TokenExpired)
        {
            RenewOrStop(error);
        }
        else
        {
            RetryOrStop(error);
        }
    }

    private void RetryOrStop(ConnectException error)
    {
        if (error.Retryable)
        {
            Retry(error, error.RetryAfter);
        }
        else
        {
            Stop(error);
        }
    }

    /// <summary>The token was refused: a new one is tried once, then somebody has to log in.</summary>
    private void RenewOrStop(ConnectException error)
    {
        if (Token.WasRenewed)
        {
            Stop(error);
            return;
        }

        Token.Renew();
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
        _dueAt = _round.Now + wait;
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
            _round.Effects.Close = true;
        }

        _goAway = null;
        _requests.Clear();
        Token.Disconnected();
        _questions.Disconnected();
        Disconnected?.Invoke();
    }

    private void Set(ConnectionState state, ConnectException? error, TimeSpan? retryIn = null)
    {
        if (state == State && error == Error)
        {
            return;
        }

        State = state;
        Error = error;
        _round.Effects.After.Add(() => StateChanged?.Invoke(new(state, error) { RetryIn = retryIn }));
    }

    private void Release(ConnectException? error)
    {
        foreach (var waiter in _waiters)
        {
            _round.Effects.After.Add(() => waiter(error));
        }

        _waiters.Clear();
    }

    private static ConnectException Silent(string message) => new(ErrorCode.Unavailable, message, retryable: true);
}
