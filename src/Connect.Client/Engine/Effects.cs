using Connect.Client.Events;
using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>
/// What the session decided and the engine carries out, in this order: save the batch, open or close the connection
/// and write the frames, then the rest. Nothing is announced before it is stored.
/// </summary>
internal sealed class Effects
{
    public StoreBatch Batch { get; private set; } = new();

    /// <summary>The batch must survive a crash before the frames go out.</summary>
    public bool Durable { get; set; }

    public List<Wire.ClientFrame> Frames { get; } = [];

    /// <summary>Run last.</summary>
    public List<Action> After { get; } = [];

    /// <summary>
    /// Run before <see cref="After"/> when the batch could not be saved, to fail those who wait for it.
    /// </summary>
    public List<Action<ConnectException>> Lost { get; } = [];

    /// <summary>Parts of the store to read for the events.</summary>
    public List<StoreRead> Reads { get; } = [];

    /// <summary>Close the connection once the frames are out.</summary>
    public bool Close { get; set; }

    /// <summary>Get a token and open a connection.</summary>
    public bool Open { get; set; }

    /// <summary>Get a token for the current session.</summary>
    public bool FetchToken { get; set; }

    /// <summary>The server refused the previous token.</summary>
    public bool RenewToken { get; set; }

    /// <summary>Starts the next round. The batch belongs to the store from now on.</summary>
    public void Clear()
    {
        Batch = Batch.IsEmpty ? Batch : new();
        Durable = false;
        Frames.Clear();
        After.Clear();
        Lost.Clear();
        Reads.Clear();
        Close = false;
        Open = false;
        FetchToken = false;
        RenewToken = false;
    }
}

/// <summary>A part of the store to read for the events.</summary>
/// <param name="Conversation">Which conversation.</param>
/// <param name="After">Items above this seq.</param>
/// <param name="Limit">At most this many items.</param>
/// <param name="Life">The conversation's life when the read was requested; in another life the result is void.</param>
internal readonly record struct StoreRead(string Conversation, long After, int Limit, int Life);

/// <summary>One round of the loop: its time, and what is decided in it.</summary>
internal sealed class Round(EventHub hub)
{
    public Effects Effects { get; } = new();

    /// <summary>Monotonic time.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>This device's clock.</summary>
    public DateTimeOffset Wall { get; private set; }

    /// <summary>The earlier of two times, of which either may be absent.</summary>
    public static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;

    public void Begin(TimeSpan now, DateTimeOffset wall)
    {
        Now = now;
        Wall = wall;
    }

    /// <summary>Publishes an event that is not part of a log.</summary>
    public void Tell(ConnectEvent value) => Effects.After.Add(() => hub.Publish(value));
}
