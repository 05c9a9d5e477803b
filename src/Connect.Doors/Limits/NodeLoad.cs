namespace Connect.Doors.Limits;

/// <summary>Whether the node has room for more, as the rest of the server sees it.</summary>
public sealed class NodeLoad
{
    private volatile bool _isOverloaded;

    /// <summary>New sockets are refused until there is memory again.</summary>
    public bool IsOverloaded
    {
        get => _isOverloaded;
        set => _isOverloaded = value;
    }
}
