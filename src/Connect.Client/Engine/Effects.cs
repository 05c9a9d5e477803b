using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>
/// What the session decided and the engine carries out, in this order: save the batch, open or close the connection
/// and write the frames, then the rest. So nothing is told before it is remembered.
/// </summary>
internal sealed class Effects
{
    public StoreBatch Batch { get; private set; } = new();

    /// <summary>The batch must survive a crash before the frames go out.</summary>
    public bool Durable { get; set; }

    public List<Wire.ClientFrame> Frames { get; } = [];

    /// <summary>Done last.</summary>
    public List<Action> After { get; } = [];

    /// <summary>Done before the rest when the batch could not be saved: whoever waits for it is told.</summary>
    public List<Action<ConnectException>> Lost { get; } = [];

    /// <summary>Parts of the store to be read for the events.</summary>
    public List<StoreRead> Reads { get; } = [];

    /// <summary>Close the connection, once the frames are out.</summary>
    public bool Close { get; set; }

    /// <summary>Get a token and open a connection.</summary>
    public bool Open { get; set; }

    /// <summary>Get a token for the session that lives.</summary>
    public bool FetchToken { get; set; }

    /// <summary>The server refused the token given before.</summary>
    public bool RenewToken { get; set; }

    /// <summary>Ready for the next round. The batch belongs to the store from now on.</summary>
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
