namespace Connect.Client.Positions;

/// <summary>
/// The reading of the list of conversations, page by page, to its end: a page refused for a moment is asked for again,
/// each time later.
/// </summary>
internal sealed class ListRead
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private TimeSpan _pause = FirstPause;
    private int _run;

    /// <summary>Begun and not at its end.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>What other devices have got is not asked for.</summary>
    public bool IsFresh { get; private set; }

    /// <summary>Where the next page begins.</summary>
    public string After { get; private set; } = "";

    /// <summary>When a refused page is asked for again.</summary>
    public TimeSpan? DueAt { get; private set; }

    /// <summary>From the first page on.</summary>
    public void Begin(bool fresh)
    {
        (IsOpen, IsFresh, After, DueAt, _pause) = (true, fresh, "", null, FirstPause);
        _run++;
    }

    /// <summary>The next page is asked for; answers to what was asked before do not count any more.</summary>
    public int Ask()
    {
        DueAt = null;
        return ++_run;
    }

    public bool IsRun(int run) => run == _run;

    /// <summary>A page came; whether there is another.</summary>
    public bool Took(string next)
    {
        _pause = FirstPause;
        After = next;
        return IsOpen = next.Length > 0;
    }

    /// <summary>No page came. What is refused for good ends the reading.</summary>
    public void Refused(ConnectException error, TimeSpan now)
    {
        IsOpen = error.Retryable;
        if (IsOpen)
        {
            DueAt = now + (error.RetryAfter > _pause ? error.RetryAfter : _pause);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
    }

    /// <summary>The next session begins it anew, if it was open.</summary>
    public void Disconnected()
    {
        DueAt = null;
        _run++;
    }
}
