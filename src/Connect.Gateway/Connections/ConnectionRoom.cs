namespace Connect.Gateway.Connections;

/// <summary>How many connections a node has room for, and the reserve in which it says that there is none.</summary>
/// <param name="Connections">Above it a new connection gets no socket.</param>
public sealed record ConnectionRoom(int Connections)
{
    /// <summary>Above it a new connection is closed at once.</summary>
    public int WithReserve => Reserve(Connections);

    /// <summary>The room a process with so many file handles has: some are left for the store and the rest.</summary>
    public static ConnectionRoom Of(int connections, long fileHandles)
    {
        const long Others = 1200;
        var handles = (fileHandles - Math.Min(Others, fileHandles / 2)) * 8 / 9;
        return new((int)Math.Min(connections, Math.Max(1, handles)));
    }

    internal static int Reserve(int limit) => limit > int.MaxValue / 2 ? limit : limit + Math.Max(1, limit / 8);
}
