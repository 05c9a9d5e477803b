namespace Connect.Gateway.Sessions;

/// <summary>
/// Whether the session's socket may be read: not above the limits of unanswered requests, nor while its queue is full.
/// What is not read waits in the client's own buffers, not in ours.
/// </summary>
internal sealed class ReadGate(int requestLimit, int markLimit)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiter;
    private int _requests;
    private int _marks;
    private bool _queueIsFull;
    private bool _laneIsFull;
    private bool _isLifted;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Requests and marks without an answer.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _requests == 0 && _marks == 0;
            }
        }
    }

    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return IsOpenUnderLock;
            }
        }
    }

    private bool IsOpenUnderLock =>
        _isLifted || _requests < requestLimit && _marks < markLimit && !_queueIsFull && !_laneIsFull;

    public void Began(bool isMark)
    {
        lock (_gate)
        {
            _ = isMark ? _marks++ : _requests++;
        }
    }

    public void Answered(bool isMark)
    {
        lock (_gate)
        {
            _ = isMark ? _marks-- : _requests--;
            Release();
        }
    }

    public void SetQueueIsFull(bool full)
    {
        lock (_gate)
        {
            _queueIsFull = full;
            Release();
        }
    }

    /// <summary>Too many bytes of requests wait for their turn; or not any more.</summary>
    public void SetLaneIsFull(bool full)
    {
        lock (_gate)
        {
            _laneIsFull = full;
            Release();
        }
    }

    /// <summary>The session is over: what still comes is read only to find the client's goodbye.</summary>
    public void Lift()
    {
        lock (_gate)
        {
            _isLifted = true;
            Release();
        }
    }

    /// <summary>Completes when the socket may be read.</summary>
    public Task WaitAsync()
    {
        lock (_gate)
        {
            if (IsOpenUnderLock)
            {
                return Task.CompletedTask;
            }

            _waiter ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }

    private void Release()
    {
        if (_waiter is not null && IsOpenUnderLock)
        {
            _waiter.SetResult();
            _waiter = null;
        }
    }
}

/// <summary>A request that waits for its answer.</summary>
/// <param name="Id">The client's number of it.</param>
/// <param name="IsMark">Counted apart: marks wait for their persistence, which may take seconds.</param>
internal readonly record struct SessionRequest(ulong Id, bool IsMark = false);
