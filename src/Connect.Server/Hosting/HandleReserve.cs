using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Connect.Server.Hosting;

/// <summary>
/// The last file handles of the process, which no connection gets: the runtime needs one for each thread it starts, and
/// ends the process when there is none.
/// </summary>
internal class HandleReserve(TimeProvider time)
{
    private const int Reserve = 32;
    private static readonly TimeSpan LimitMemory = TimeSpan.FromSeconds(1);

    private long _limit;
    private long? _readAt;

    /// <summary>Whether a connection just taken is one of the last: the system gives the lowest number.</summary>
    public virtual bool IsReachedBy(IFeatureCollection connection) =>
        connection.Get<IConnectionSocketFeature>()?.Socket is { } socket && IsReachedBy(socket.Handle);

    /// <summary>Whether the next handle would be one of the last.</summary>
    public virtual bool IsReached()
    {
        try
        {
            using var next = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return IsReachedBy(next.Handle);
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private bool IsReachedBy(nint handle)
    {
        // It may be changed from outside (prlimit).
        if (_readAt is not { } readAt || time.GetElapsedTime(readAt) > LimitMemory)
        {
            _limit = FileHandles.Count();
            _readAt = time.GetTimestamp();
        }

        return handle >= _limit - Reserve;
    }
}
