using Connect.Client.Connections;
using Connect.Client.Positions;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>Catching up after a greeting, until nothing is missing.</summary>
internal sealed class Sync(
    Round round,
    Requests requests,
    Connection connection,
    ConversationTable conversations,
    Log log,
    SyncStart firstSync
)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private SyncRun? _run;
    private Wire.SyncMode _retryMode;
    private bool _wasLive;
    private bool _readsList;

    /// <summary>
    /// Nothing is missing; the list of conversations has to be read, and whether the device is fresh.
    /// </summary>
    public event Action<bool>? ListWanted;

    /// <summary>When a step that was refused is repeated.</summary>
    public TimeSpan? DueAt { get; private set; }

    /// <summary>A session can be resumed when the last one had caught up and there is no hole.</summary>
    public void Greet(Wire.Hello hello)
    {
        if (hello.Resume is null || !_wasLive || log.Heads() is not { } heads)
        {
            hello.Resume = null;
            return;
        }

        hello.Resume.Heads.AddRange(heads);
        round.Effects.Durable = true;
    }

    /// <summary>A session begins.</summary>
    /// <param name="welcome">What the server says it knows.</param>
    /// <param name="readsList">The list has to be read even if nothing was missed.</param>
    public void Begin(Wire.Welcome welcome, bool readsList)
    {
        _wasLive = false;
        _readsList = readsList;
        if (welcome.Resumed == Wire.Resumed.Full)
        {
            CaughtUp();
            return;
        }

        _readsList = true;
        connection.CatchUp();
        if (welcome.Resumed == Wire.Resumed.Partial)
        {
            Start(Wire.SyncMode.Listed, welcome.Changed.Select(changed => changed.Conversation));
            return;
        }

        var fresh = firstSync == SyncStart.Fresh && conversations.All.All(each => each.Tracker.Received == 0);
        Start(fresh ? Wire.SyncMode.Fresh : Wire.SyncMode.All, null);
    }

    /// <summary>The server dropped pushes for this session.</summary>
    public void Lagging()
    {
        connection.CatchUp();
        Start(Wire.SyncMode.All, null);
    }

    public void Disconnected()
    {
        _run = null;
        DueAt = null;
    }

    public void Advance()
    {
        if (DueAt > round.Now || DueAt is null)
        {
            return;
        }

        DueAt = null;
        if (_run is { HasPage: true } run)
        {
            Continue(run);
        }
        else
        {
            Start(_retryMode, null);
        }
    }

    private void Start(Wire.SyncMode mode, IEnumerable<string>? listed)
    {
        DueAt = null;
        _wasLive = false;
        _readsList |= mode != Wire.SyncMode.Listed;
        // A second try of a part would have to keep the list: all is always right.
        _retryMode = mode == Wire.SyncMode.Listed ? Wire.SyncMode.All : mode;
        var told = listed is null
            ? conversations.All.Where(each => each.Tracker.Received > 0 && !each.IsOver)
            : listed.Select(conversations.Of);
        _run = new(mode, [.. told.Take(SyncRun.MaxPositions).Select(each => each.Position)]);
        // A position that was reported must not fall back.
        round.Effects.Durable = true;
        Continue(_run);
    }

    private void Continue(SyncRun run) => requests.Ask(run.Next(requests.Fit), frame => Answered(run, frame));

    private void Answered(SyncRun run, Wire.ServerFrame frame)
    {
        if (run != _run)
        {
            return;
        }

        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Err)
        {
            Refused(ConnectException.From(frame.Err));
            return;
        }

        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.SyncPage && Take(run, frame.SyncPage))
        {
            CaughtUp();
            return;
        }

        Continue(run);
    }

    private void Refused(ConnectException error)
    {
        if (error.Retryable)
        {
            DueAt = round.Now + (error.RetryAfter > RetryInterval ? error.RetryAfter : RetryInterval);
        }
        else
        {
            connection.Retry(error);
        }
    }

    /// <summary>Takes a page; true when it is the last one.</summary>
    private bool Take(SyncRun run, Wire.SyncPage page)
    {
        run.HasPage = true;
        foreach (var reset in page.Reset)
        {
            log.Drop(reset.Conversation, (long)reset.Seq);
        }

        var items = WireMapping.ToItems(page.Entries, page.Skipped);
        if (run.Mode == Wire.SyncMode.Fresh)
        {
            // What is below the first item of a conversation has reached other devices.
            items.ForEach(item => conversations.Of(item.Conversation).StartAt(item.From - 1));
        }

        log.Accept(items);
        return page.Synced;
    }

    /// <summary>No hole is left that the server knew of: the session is live.</summary>
    private void CaughtUp()
    {
        var fresh = _run?.Mode == Wire.SyncMode.Fresh;
        _run = null;
        _wasLive = true;
        connection.CaughtUp();
        if (_readsList)
        {
            _readsList = false;
            ListWanted?.Invoke(fresh);
        }
    }
}
