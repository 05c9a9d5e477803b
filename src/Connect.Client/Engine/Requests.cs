using Connect.Client.Connections;
using Connect.Protocol.Frames;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>
/// The way to the server: frames, and the requests of the current connection that have no answer yet.
/// </summary>
internal sealed class Requests(Round round, FrameCodec codec)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<ulong, (Action<Wire.ServerFrame> Answered, bool Counts)> _open = [];

    // In the order of the requests, for the oldest deadline; answered ones are dropped when they come to the front.
    private readonly Queue<(ulong Id, TimeSpan Deadline)> _deadlines = new();
    private ulong _lastId;

    /// <summary>Which frames the server accepts.</summary>
    public FrameFit Fit { get; } = new(codec);

    /// <summary>There is a session that takes requests.</summary>
    public bool IsOpen { get; set; }

    /// <summary>How many requests may be in flight.</summary>
    public int Limit { get; set; } = ProtocolLimits.InFlight - 1;

    /// <summary>Requests that count as in flight.</summary>
    public int InFlight { get; private set; }

    /// <summary>There is room for one more request, and a session that takes it.</summary>
    public bool CanAsk => IsOpen && InFlight < Limit;

    /// <summary>When the oldest request has waited too long; the connection is then given up.</summary>
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

    /// <summary>Sends a frame that has no answer.</summary>
    public void Say(Wire.ClientFrame frame) => round.Effects.Frames.Add(frame);

    /// <summary>
    /// Sends a request under an id of its own. Marks do not count as in flight: their answer comes late.
    /// </summary>
    public void Ask(Wire.ClientFrame frame, Action<Wire.ServerFrame> answered)
    {
        frame.Id = ++_lastId;
        var counts = frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Mark;
        _open.Add(frame.Id, (answered, counts));
        _deadlines.Enqueue((frame.Id, round.Now + Patience));
        InFlight += counts ? 1 : 0;
        round.Effects.Frames.Add(frame);
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
        IsOpen = false;
    }
}
