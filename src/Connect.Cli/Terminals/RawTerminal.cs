using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connect.Cli.Terminals;

/// <summary>The terminal of the process in raw mode: no echo, no line, each key as it is pressed.</summary>
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
    private readonly PosixSignalRegistration _back;

    /// <param name="signals">Ctrl-C and Ctrl-Z are signals, not keys.</param>
    public RawTerminal(bool signals)
    {
        // Asked for first: the runtime sets the terminal up at this, and must not do so after us.
        _ = Size;
        if (Native.Get(StandardInput, _before) != 0)
        {
            throw new IOException("The terminal does not tell its settings; use --lines.");
        }

        var raw = (byte[])_before.Clone();
        Native.MakeRaw(raw);
        if (signals)
        {
            // c_lflag is the fourth of the flags: 32 bits wide on Linux, 64 on macOS; the bit lies in its lowest byte.
            raw[OperatingSystem.IsLinux() ? 12 : 24] |= OperatingSystem.IsLinux() ? (byte)0x01 : (byte)0x80;
        }

        // However the process ends, the terminal is as it was.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        _ = Native.Set(StandardInput, Now, raw);
        _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Resized?.Invoke(this, EventArgs.Empty));
        _back = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Take(raw));
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
        _back.Dispose();
    }

    /// <summary>Back from a stop by Ctrl-Z: meanwhile the terminal was somebody else's.</summary>
    private void Take(byte[] raw)
    {
        _ = Native.Set(StandardInput, Now, raw);
        Resized?.Invoke(this, EventArgs.Empty);
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
