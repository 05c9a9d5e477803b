using System.Net.Sockets;
using System.Text;

namespace Connect.Server.Control;

/// <summary>Where a running node listens for the commands of its own machine: a socket in its data folder.</summary>
internal static class ControlAddress
{
    /// <summary>What the kernel takes, with the byte that ends it.</summary>
    private const int MaxBytes = 107;

    public static string PathOf(string dataFolder) => Path.Combine(dataFolder, "control.sock");

    /// <summary>Null where the path is longer than a socket's may be.</summary>
    public static UnixDomainSocketEndPoint? Of(string dataFolder)
    {
        var path = PathOf(dataFolder);
        return Encoding.UTF8.GetByteCount(path) <= MaxBytes ? new(path) : null;
    }
}
