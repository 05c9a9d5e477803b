using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>
/// What may be pushed to a session now. Silent after <c>welcome</c> and after <c>lagging</c>; while it syncs, what
/// moves joins the work; live from <c>synced</c> on. The turn to live and the queueing of <c>synced</c> are one
/// critical section, so that no push falls between them.
/// </summary>
internal sealed class SessionPushes(SessionQueue queue)
{
    private readonly Lock _gate = new();
    private SyncWork? _work;
    private bool _isLive;
    private bool _isResuming;
    private bool _wantsReceipts = true;

    public bool IsLive
    {
        get
        {
            lock (_gate)
            {
                return _isLive;
            }
        }
    }

    /// <summary>Bytes of memory that its sync takes, roughly.</summary>
    public long SyncBytes
    {
        get
        {
            lock (_gate)
            {
                return _work?.Bytes ?? 0;
            }
        }
    }

    public void SetWants(Wants? wants) => _wantsReceipts = wants?.Receipts ?? true;

    /// <summary>Hands over a publication without waiting for anything.</summary>
    public void Deliver(OutgoingPublication publication, SessionId session)
    {
        lock (_gate)
        {
            // Receipts are not part of a sync, so they are not held back by it.
            if (publication.HasReceipts && _wantsReceipts)
            {
                if (!queue.TryAddReceipts(publication.Publication, publication.Receipts))
                {
                    Lag();
                }
            }

            if (publication.HasNotice && !queue.TryAddNotice(publication.Publication, publication.Notice))
            {
                Lag();
            }

            if (publication.HasEntries || publication.Publication.IsHint)
            {
                DeliverEntries(publication, session);
            }
        }
    }

    /// <summary>From here on nothing is pushed; what moves joins the returned work.</summary>
    public SyncWork BeginSync(bool onlyListed)
    {
        lock (_gate)
        {
            _isLive = false;
            var before = _isResuming ? _work : null;
            _work = new(onlyListed);
            _isResuming = false;
            foreach (var (conversation, head) in before?.Unlisted ?? new Dictionary<ConversationId, long>())
            {
                // What moved since the welcome, of which only the listed ones are read.
                _work.Moved(conversation, head);
            }

            return _work;
        }
    }

    /// <summary>
    /// Before the route is there: what moves from here on is kept until it is known whether the session resumes.
    /// </summary>
    public void BeginResume()
    {
        lock (_gate)
        {
            (_work, _isResuming) = (new(onlyListed: true), true);
        }
    }

    /// <summary>
    /// Queues the welcome. When nothing was missed the session is live with it, and what moved meanwhile is hinted at;
    /// when something was, that waits for the sync of what is listed; else it is forgotten, for all is read anew.
    /// </summary>
    public void AddWelcome(ServerFrame frame, ResumeOutcome outcome)
    {
        lock (_gate)
        {
            queue.Add(frame);
            if (outcome == ResumeOutcome.Partial || !_isResuming)
            {
                return;
            }

            var work = _work!;
            (_work, _isResuming, _isLive) = (null, false, outcome == ResumeOutcome.Full);
            if (_isLive)
            {
                AddHints(work);
            }
        }
    }

    /// <summary>Runs <paramref name="change"/> on the work while no push can touch it.</summary>
    public void Change<TState>(SyncWork work, TState state, Action<SyncWork, TState> change)
    {
        lock (_gate)
        {
            change(work, state);
        }
    }

    public bool TryTake(SyncWork work, out ConversationId conversation, out long position)
    {
        lock (_gate)
        {
            return work.TryTake(out conversation, out position);
        }
    }

    /// <summary>
    /// Queues a page as the answer to a request and, when no work is left, turns the session live with it. The result
    /// says whether more pages follow.
    /// </summary>
    public bool AddPage(SyncWork work, ServerFrame frame)
    {
        lock (_gate)
        {
            var isCurrent = ReferenceEquals(work, _work);
            if (!isCurrent || !work.IsDone)
            {
                frame.SyncPage.More = true;
                queue.Add(frame);
                work.PageSent();
                return isCurrent;
            }

            frame.SyncPage.Synced = true;
            queue.Add(frame);
            _isLive = true;
            _work = null;
            AddHints(work);
            return false;
        }
    }

    private void AddHints(SyncWork work)
    {
        foreach (var (conversation, head) in work.Unlisted)
        {
            if (!queue.TryAddHint(conversation, head))
            {
                Lag();
                break;
            }
        }
    }

    private void DeliverEntries(OutgoingPublication publication, SessionId session)
    {
        var (conversation, head) = (publication.Conversation, publication.Publication.Head);
        if (_work is not null)
        {
            _work.Moved(conversation, head);
            return;
        }

        if (!_isLive)
        {
            return;
        }

        var hasRoom = publication.HasEntries
            ? queue.TryAddEntries(conversation, head, publication.EntriesFor(session))
            : queue.TryAddHint(conversation, head);
        if (!hasRoom)
        {
            Lag();
        }
    }

    private void Lag()
    {
        _isLive = false;
        _work = null;
        _isResuming = false;
        queue.Lag();
    }
}
