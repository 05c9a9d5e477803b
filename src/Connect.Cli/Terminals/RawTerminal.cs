using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connect.Cli.Terminals;

/// <summary>The terminal of the process in raw mode: no echo, no line, no signals by keys.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class RawTerminal : IScreenTerminal
{
    private const int StandardInput = 0;
    private const int Now = 0;

    private readonly byte[] _before = new byte[256];
    private readonly FileStream _input = new(
        new SafeFileHandle(StandardInput, ownsHandle: false),
        FileAccess.Read,
        bufferSize: 0
    );
    private readonly PosixSignalRegistration _resized;

    public RawTerminal()
    {
        // Asked for first: the runtime sets the terminal up at this, and must not do so after us.
        _ = Size;
        if (Native.Get(StandardInput, _before) != 0)
        {
            throw new IOException("The terminal does not tell its settings; use --lines.");
        }

        var raw = (byte[])_before.Clone();
        Native.MakeRaw(raw);
        // However the process ends, the terminal is as it was.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        _ = Native.Set(StandardInput, Now, raw);
        _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Resized?.Invoke(this, EventArgs.Empty));
        Out = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), bufferSize: 64 * 1024);
    }

    public event EventHandler? Resized;

    public TextWriter Out { get; }

    public (int Width, int Height) Size => (Console.WindowWidth, Console.WindowHeight);

    // A blocked read of a terminal cannot be cancelled; it ends with the process.
    public Task<int> ReadAsync(byte[] buffer) => Task.Run(() => _input.Read(buffer));

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Out.Flush();
        _ = Native.Set(StandardInput, Now, _before);
        _resized.Dispose();
    }

    private void OnExit(object? sender, EventArgs args) => _ = Native.Set(StandardInput, Now, _before);

    private static class Native
    {
        [DllImport("libc", EntryPoint = "tcgetattr")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Get(int descriptor, byte[] settings);

        [DllImport("libc", EntryPoint = "tcsetattr")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Set(int descriptor, int when, byte[] settings);

        // struct termios is opaque here, so that its layout need not be known.
        [DllImport("libc", EntryPoint = "cfmakeraw")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern void MakeRaw(byte[] settings);
    }
}
