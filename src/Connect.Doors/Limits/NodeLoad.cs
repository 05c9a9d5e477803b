namespace Connect.Doors.Limits;

/// <summary>Whether the node can take on more load.</summary>
public sealed class NodeLoad
{
    private volatile bool _isOverloaded;

    /// <summary>While true, new sockets are refused for lack of memory.</summary>
    public bool IsOverloaded
    {
        get => _isOverloaded;
        set => _isOverloaded = value;
    }
}
