using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connect.Cli.Terminals;

/// <summary>The terminal of the process in raw mode: no echo, no line editing, every key as it is pressed.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class RawTerminal : IScreenTerminal
{
    private const int StandardInput = 0;

    private readonly Termios _before;
    private readonly FileStream _input = new(
        new SafeFileHandle(StandardInput, ownsHandle: false),
        FileAccess.Read,
        bufferSize: 0
    );
    private readonly PosixSignalRegistration _resized;
    private readonly PosixSignalRegistration _resumed;

    /// <param name="signals">Ctrl-C and Ctrl-Z are signals, not keys.</param>
    public RawTerminal(bool signals)
    {
        // Read first: the runtime configures the terminal on this call and must not do so after us.
        _ = Size;
        _before = Termios.Read() ?? throw new IOException("Cannot read the terminal settings; use --lines.");
        var raw = _before.Raw(signals);
        // However the process ends, the terminal is restored.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        raw.Apply();
        _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Resized?.Invoke(this, EventArgs.Empty));
        _resumed = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Retake(raw));
        Out = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), bufferSize: 64 * 1024);
    }

    public event EventHandler? Resized;

    public TextWriter Out { get; }

    public (int Width, int Height) Size => (Console.WindowWidth, Console.WindowHeight);

    // A blocked read from a terminal cannot be cancelled; it ends with the process.
    public Task<int> ReadAsync(byte[] buffer) => Task.Run(() => _input.Read(buffer));

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Out.Flush();
        _before.Apply();
        _resized.Dispose();
        _resumed.Dispose();
    }

    /// <summary>Resumed after Ctrl-Z: another program has used the terminal in between.</summary>
    private void Retake(Termios raw)
    {
        raw.Apply();
        Resized?.Invoke(this, EventArgs.Empty);
    }

    private void OnExit(object? sender, EventArgs args) => _before.Apply();
}
