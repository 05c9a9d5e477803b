using System.Globalization;
using Connect.Doors.Admission;
using Connect.Server.Configuration;

namespace Connect.Server.Hosting;

/// <summary>
/// How many files and sockets this process may have. A server that runs out of them can take no connection at all, nor
/// open a file of its store, so it takes fewer connections instead.
/// </summary>
internal static class FileHandles
{
    private const string Limits = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>Connections that the settings and the handles allow.</summary>
    public static ConnectionCapacity FindRoom(ServerOptions options) =>
        ConnectionCapacity.Of(options.MaxConnections, Count());

    /// <summary>The limit in force; where none is known, none that matters.</summary>
    public static long Count()
    {
        if (!File.Exists(Limits))
        {
            return long.MaxValue / 16;
        }

        // Name, soft limit, hard limit, unit. The runtime raises the soft one to the hard one.
        var line = File.ReadLines(Limits).First(each => each.StartsWith(Line, StringComparison.Ordinal));
        var soft = line[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : long.MaxValue / 16;
    }
}
