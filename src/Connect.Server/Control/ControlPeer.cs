using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Connect.Server.Control;

/// <summary>
/// Who is at the other end of a control connection. The folder and the socket are their owner's alone already; this is
/// the second lock on the same door.
/// </summary>
internal static class ControlPeer
{
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialsLength = 3 * sizeof(int);
    private const uint Root = 0;

    /// <summary>The user of this process, or root. Elsewhere than on Linux the modes of the files decide.</summary>
    public static bool IsTrusted(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        // Process, user, group, in the order of bytes of the machine.
        Span<byte> credentials = stackalloc byte[CredentialsLength];
        var length = socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        var user = MemoryMarshal.Read<uint>(credentials[sizeof(int)..]);
        return length == CredentialsLength && (user == Root || user == EffectiveUser());
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
