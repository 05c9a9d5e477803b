using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

namespace Connect.Cluster.Tests.Faults;

/// <summary>
/// A network of its own for a client, tied to this machine by one cable that can be pulled: neither end is told, as
/// when
/// a phone leaves its cell.
/// </summary>
internal sealed class CutNetwork : IDisposable
{
    private const int NetworkNamespace = 0x40000000;

    private static int _last;

    private readonly string _name = $"cut{Environment.ProcessId}-{++_last}";
    private readonly string _near = $"cn{Environment.ProcessId}-{_last}";
    private readonly string _far = $"cf{Environment.ProcessId}-{_last}";
    private readonly List<Socket> _sockets = [];

    public CutNetwork()
    {
        Run("ip", "netns", "add", _name);
        Run("ip", "link", "add", _near, "type", "veth", "peer", "name", _far, "netns", _name);
        Run("ip", "addr", "add", $"{Near}/30", "dev", _near);
        Run("ip", "link", "set", _near, "up");
        Run("ip", "-n", _name, "addr", "add", "10.213.77.2/30", "dev", _far);
        Run("ip", "-n", _name, "link", "set", _far, "up");
    }

    /// <summary>This machine, as the client sees it.</summary>
    public static IPAddress Near { get; } = IPAddress.Parse("10.213.77.1");

    /// <summary>A socket at the far end.</summary>
    public Socket Open()
    {
        Socket? socket = null;
        Exception? failure = null;

        // A thread changes its own namespace alone; the socket keeps the one it was opened in.
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/var/run/netns/{_name}");
                if (SetNamespace((int)handle.DangerousGetHandle(), NetworkNamespace) != 0)
                {
                    throw new InvalidOperationException($"setns: error {Marshal.GetLastPInvokeError()}.");
                }

                socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        _sockets.Add(socket!);
        return socket!;
    }

    /// <summary>Pulls the cable.</summary>
    public void Cut() => Run("ip", "-n", _name, "link", "set", _far, "down");

    /// <summary>Whether nothing gets through: a port where nobody listens does not refuse.</summary>
    public bool IsCut()
    {
        using var probe = Open();
        try
        {
            probe.Connect(Near, 9);
            return false;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        Run("ip", "link", "del", _near);
        Run("ip", "netns", "del", _name);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}");
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int handle, int type);
}
