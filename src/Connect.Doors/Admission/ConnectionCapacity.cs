namespace Connect.Doors.Admission;

/// <summary>How many connections a node has room for, and the reserve in which it says that there is none.</summary>
/// <param name="Connections">Above it a new connection gets no socket.</param>
public sealed record ConnectionCapacity(int Connections)
{
    /// <summary>Above it a new connection is closed at once.</summary>
    public int WithReserve => Reserve(Connections);

    /// <summary>
    /// The room a process with so many file handles has. An idle server holds about 300, for its own code above all,
    /// and the store up to 1,024 more; without a free one the runtime cannot even get memory, and ends the process.
    /// </summary>
    public static ConnectionCapacity Of(int connections, long fileHandles)
    {
        const long LeastOthers = 448;
        const long MostOthers = 1536;
        var others = Math.Clamp(fileHandles / 2, LeastOthers, MostOthers);
        return new((int)Math.Clamp((fileHandles - others) * 8 / 9, 1, connections));
    }

    internal static int Reserve(int limit) => limit > int.MaxValue / 2 ? limit : limit + Math.Max(1, limit / 8);
}
