using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>The requests of one connection that are not answered yet.</summary>
internal sealed class RequestTable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<ulong, (Action<Wire.ServerFrame> Answered, bool Counts)> _open = [];

    // In the order of the requests, for the oldest deadline; answered ones are dropped when they come to the front.
    private readonly Queue<(ulong Id, TimeSpan Deadline)> _deadlines = new();
    private ulong _lastId;

    /// <summary>Requests that count as in flight.</summary>
    public int InFlight { get; private set; }

    /// <summary>When the oldest request has waited too long: the connection is then given up.</summary>
    public TimeSpan? Deadline
    {
        get
        {
            while (_deadlines.TryPeek(out var oldest))
            {
                if (_open.ContainsKey(oldest.Id))
                {
                    return oldest.Deadline;
                }

                _deadlines.Dequeue();
            }

            return null;
        }
    }

    /// <summary>Gives the frame its id and keeps what is to be done with the answer.</summary>
    public void Add(Wire.ClientFrame frame, TimeSpan now, Action<Wire.ServerFrame> answered)
    {
        frame.Id = ++_lastId;
        var counts = frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Mark;
        _open.Add(frame.Id, (answered, counts));
        _deadlines.Enqueue((frame.Id, now + Patience));
        InFlight += counts ? 1 : 0;
    }

    /// <summary>Acts on an answer; one that nobody waits for is ignored.</summary>
    public void Answer(Wire.ServerFrame frame)
    {
        if (_open.Remove(frame.Id, out var request))
        {
            InFlight -= request.Counts ? 1 : 0;
            request.Answered(frame);
        }
    }

    /// <summary>The connection is gone, and no answer will come.</summary>
    public void Clear()
    {
        _open.Clear();
        _deadlines.Clear();
        _lastId = 0;
        InFlight = 0;
    }
}
