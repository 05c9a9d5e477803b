using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <remarks>This part: the frames of the server, the greeting, the token, and questions of the application.</remarks>
internal sealed partial class SessionMachine
{
    private static readonly TimeSpan TokenMargin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TokenRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ResumeWindow = TimeSpan.FromMinutes(10);

    private readonly LinkedList<PendingRequest> _questions = [];
    private string _user = "";
    private string _session = "";
    private string _incarnation = "";
    private string _complaint = "";
    private bool _wasLive;
    private readonly FrameFit _fit;
    private int _inFlightLimit = ProtocolLimits.InFlight;
    private TimeSpan? _tokenDueAt;

    /// <summary>This user's id; empty before it is known.</summary>
    public string User => _user.Length > 0 ? _user : Account.User;

    /// <summary>What the server takes, as it last said.</summary>
    public ServerLimits Limits { get; private set; } = new();

    /// <summary>There is room for one more request, and a session that takes it.</summary>
    private bool CanAsk => _phase == Phase.Open && _goAway is null && _requests.InFlight < _inFlightLimit;

    /// <summary>The server sent a message.</summary>
    public void Received(IReadOnlyList<Wire.ServerFrame> frames)
    {
        _lastByte = _now;
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
                Pushed(frame);
            }
        }
    }

    /// <summary>The application asks something.</summary>
    public void Ask(PendingRequest question)
    {
        if (_phase == Phase.Stopped && Error is { } reason)
        {
            Effects.After.Add(() => question.Fail(reason));
            return;
        }

        var node = _questions.AddLast(question);
        // A caller that no longer waits takes its question back.
        question.Withdrawn = () => RemoveQuestion(node);
    }

    /// <summary>A token for the session that lives.</summary>
    public void TokenReady(string token)
    {
        if (_phase != Phase.Open || _goAway is not null)
        {
            return;
        }

        _token = token;
        Request(
            new Wire.ClientFrame { Auth = new Wire.Auth { Token = token } },
            frame =>
            {
                if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Ok)
                {
                    PlanToken(frame.Ok.ExpiresAt);
                }
                else
                {
                    _renewToken = true;
                    _tokenDueAt = _now + TokenRetry;
                }
            }
        );
    }

    /// <summary>There is none now. The session goes on as long as the old one lasts.</summary>
    public void TokenFailed(ConnectException error) => _tokenDueAt = error.Retryable ? _now + TokenRetry : null;

    private void Pushed(Wire.ServerFrame frame)
    {
        switch (frame.BodyCase)
        {
            case Wire.ServerFrame.BodyOneofCase.Entries:
                Accept(WireMapping.ToItems(frame.Entries.Entries_, []));
                break;
            case Wire.ServerFrame.BodyOneofCase.Hint:
                AcceptHints(frame.Hint);
                break;
            case Wire.ServerFrame.BodyOneofCase.Receipts:
                AcceptReceipts(frame.Receipts);
                break;
            case Wire.ServerFrame.BodyOneofCase.Conversation:
                AcceptChange(frame.Conversation);
                break;
            case Wire.ServerFrame.BodyOneofCase.Typing:
                AcceptTyping(frame.Typing);
                break;
            case Wire.ServerFrame.BodyOneofCase.Presence:
                AcceptPresence(frame.Presence);
                break;
            case Wire.ServerFrame.BodyOneofCase.Lagging:
                Set(ConnectionState.Syncing, null);
                BeginSync(Wire.SyncMode.All, null);
                break;
            case Wire.ServerFrame.BodyOneofCase.Ping:
                if (frame.Ping.Time > 0)
                {
                    // Either clock may have been set since the welcome.
                    _clock.Learn(WireMapping.ToTime(frame.Ping.Time), _wall);
                }

                Effects.Frames.Add(new Wire.ClientFrame { Pong = new Wire.Pong() });
                break;
            case Wire.ServerFrame.BodyOneofCase.TokenExpiring:
                _tokenDueAt = _now;
                break;
            case Wire.ServerFrame.BodyOneofCase.GoAway:
                _goAway = frame.GoAway;
                _dueAt = _now + WindDown;
                break;
            case Wire.ServerFrame.BodyOneofCase.Err:
                // It comes before a close; the close says what to do, and this what for.
                _complaint = frame.Err.Message;
                break;
            case Wire.ServerFrame.BodyOneofCase.Welcome when _phase == Phase.Greeting:
                Welcomed(frame.Welcome);
                break;
            default:
                // A later version's push.
                break;
        }
    }

    private void SayHello()
    {
        var hello = new Wire.Hello
        {
            Token = _token,
            DeviceId = _options.DeviceId ?? Account.Device,
            Agent = _options.Agent,
            Background = !_isActive,
            Wants = new Wire.Wants
            {
                Receipts = true,
                Presence = true,
                Typing = true,
            },
        };
        if (Resumable() is { } heads)
        {
            hello.Resume = new Wire.Resume { Session = _session, Incarnation = _incarnation };
            hello.Resume.Heads.AddRange(heads);
            Effects.Durable = true;
        }

        var request = new Wire.ClientFrame { Hello = hello };
        if (hello.Resume is not null && !_fit.Fits(request))
        {
            // A sync tells the same in parts.
            hello.Resume = null;
        }

        Request(
            request,
            frame =>
            {
                if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Welcome)
                {
                    Welcomed(frame.Welcome);
                }
                else if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Err)
                {
                    Refused(ConnectException.From(frame.Err));
                }
            }
        );
    }

    /// <summary>The heads to resume with; null when there is a hole or the last session had not caught up.</summary>
    private List<Wire.Position>? Resumable()
    {
        if (!_wasLive || _session.Length == 0)
        {
            return null;
        }

        var heads = new List<Wire.Position>();
        foreach (var conversation in _conversations.Values)
        {
            if (conversation.Tracker.HasHole)
            {
                return null;
            }

            if (_now - conversation.MovedAt <= ResumeWindow)
            {
                heads.Add(Position(conversation));
            }
        }

        return heads.Count <= ProtocolLimits.PositionsPerFrame ? heads : null;
    }

    private void Welcomed(Wire.Welcome welcome)
    {
        if (Account.User.Length > 0 && welcome.User != Account.User)
        {
            Stop(new(ErrorCode.Forbidden, "The store belongs to another user than the token."));
            return;
        }

        _phase = Phase.Open;
        BeginLife(welcome.Store);
        _user = welcome.User;
        _session = welcome.Session;
        _incarnation = welcome.Incarnation;
        _renewed = false;
        _clock.Learn(WireMapping.ToTime(welcome.ServerTime), _wall);
        _silenceLimit = ProtocolLimits.SilenceLimit(
            welcome.PingMs == 0 ? ProtocolLimits.PingInterval : TimeSpan.FromMilliseconds(welcome.PingMs)
        );
        var limit = (int)Math.Min(welcome.Limits?.InFlight ?? 0, int.MaxValue);
        // One below it: a session that fills the limit is one the server stops reading.
        _inFlightLimit = limit == 0 ? ProtocolLimits.InFlight - 1 : Math.Max(1, limit - 1);
        _outbox.Connected(welcome.Limits?.SendRate ?? 0, _now);
        Limits = Limits.With(welcome.Limits);
        _fit.Limit = Limits.FrameBytes;
        PlanToken(welcome.TokenExpiresAt, welcome.ServerTime);
        if (Account.User != welcome.User || Account.Device != welcome.Device)
        {
            Account = Account with { User = welcome.User, Device = welcome.Device };
            Effects.Batch.Account = Account;
        }

        BeginSignals();
        BeginAfter(welcome);
    }

    private void Refused(ConnectException error)
    {
        if (error.Code is ErrorCode.Unauthenticated or ErrorCode.TokenExpired)
        {
            RenewOrStop(error);
        }
        else if (error.Retryable)
        {
            Retry(error, error.RetryAfter);
        }
        else
        {
            Stop(error);
        }
    }

    private void PlanToken(ulong expiresAt, ulong serverTime = 0)
    {
        if (expiresAt == 0)
        {
            _tokenDueAt = null;
            return;
        }

        var server = serverTime == 0 ? _clock.ServerTime(_wall) : WireMapping.ToTime(serverTime);
        var left = WireMapping.ToTime(expiresAt) - server;
        _tokenDueAt = _now + (left > 2 * TokenMargin ? left - TokenMargin : left / 2);
    }

    private void AdvanceToken()
    {
        if (_tokenDueAt <= _now)
        {
            _tokenDueAt = null;
            Effects.FetchToken = true;
            Effects.RenewToken = _renewToken;
            _renewToken = false;
        }
    }

    private void AdvanceQuestions()
    {
        for (var node = _questions.First; node is not null && CanAsk; )
        {
            var next = node.Next;
            var question = node.Value;
            if (!question.Asked)
            {
                question.Asked = true;
                var asked = node;
                Request(question.CreateFrame(), frame => Answered(asked, frame));
            }

            node = next;
        }
    }

    private void Answered(LinkedListNode<PendingRequest> question, Wire.ServerFrame frame)
    {
        RemoveQuestion(question);
        Effects.After.Add(() => question.Value.Complete(frame));
    }

    private void RemoveQuestion(LinkedListNode<PendingRequest> question)
    {
        if (question.List is not null)
        {
            _questions.Remove(question);
        }
    }

    private void FailQuestions(ConnectException reason)
    {
        foreach (var question in _questions)
        {
            Effects.After.Add(() => question.Fail(reason));
        }

        _questions.Clear();
    }

    private void Request(Wire.ClientFrame frame, Action<Wire.ServerFrame> answered)
    {
        _requests.Add(frame, _now, answered);
        Effects.Frames.Add(frame);
    }
}
