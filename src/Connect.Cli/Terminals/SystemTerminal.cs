using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connect.Cli.Terminals;

/// <summary>The terminal of the process.</summary>
internal sealed class SystemTerminal : ITerminal, IDisposable
{
    private readonly TextReader _input;

    public SystemTerminal()
    {
        // UTF-8 without a byte order mark whatever the locale says, as on the wire.
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Out = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true });
        Error = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true });
        _input = new StreamReader(OpenInput(), utf8);
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool CanAsk => !Console.IsInputRedirected;

    // Windows has line mode only.
    public bool HasScreen =>
        !OperatingSystem.IsWindows()
        && !Console.IsInputRedirected
        && !Console.IsOutputRedirected
        && Variable("TERM") is not (null or "dumb");

    public IScreenTerminal OpenScreen(bool signals = false) =>
        OperatingSystem.IsWindows()
            ? throw new PlatformNotSupportedException("Use --lines.")
            : new RawTerminal(signals);

    public string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // A blocked read from a terminal cannot be cancelled; waiting for it can.
    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Run(_input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);

    public Task<string> ReadToEndAsync(CancellationToken cancellationToken) =>
        Task.Run(_input.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);

    public async Task<string> ReadPasswordAsync(string question, CancellationToken cancellationToken)
    {
        using var hidden = new EchoOff();
        await Error.WriteAsync(question);
        try
        {
            return await ReadLineAsync(cancellationToken) ?? "";
        }
        finally
        {
            await Error.WriteLineAsync();
        }
    }

    public void Dispose() => _input.Dispose();

    // The console's own stream echoes what it reads even when the terminal does not.
    private static Stream OpenInput() =>
        OperatingSystem.IsWindows()
            ? Console.OpenStandardInput()
            : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    /// <summary>
    /// Turns echo off until disposed, in the terminal itself: reading key by key would still echo what is typed
    /// between two reads.
    /// </summary>
    private sealed class EchoOff : IDisposable
    {
        private readonly Termios? _before = OperatingSystem.IsWindows() ? null : Termios.Read();

        public EchoOff()
        {
            if (_before is not null)
            {
                // However the process ends, the terminal echoes again.
                AppDomain.CurrentDomain.ProcessExit += OnExit;
                _before.WithoutEcho().Apply();
            }
        }

        public void Dispose()
        {
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
            _before?.Apply();
        }

        private void OnExit(object? sender, EventArgs args) => _before?.Apply();
    }
}
