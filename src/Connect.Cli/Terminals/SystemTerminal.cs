using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connect.Cli.Terminals;

/// <summary>The terminal of the process.</summary>
internal sealed class SystemTerminal : ITerminal, IDisposable
{
    private readonly TextReader _input;

    public SystemTerminal()
    {
        // Without a byte order mark, and whatever the locale says: the wire is UTF-8.
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Out = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true });
        Error = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true });
        _input = new StreamReader(OpenInput(), utf8);
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool CanAsk => !Console.IsInputRedirected;

    // On Windows the line mode is used.
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

    // A blocked read of a terminal cannot be cancelled: the wait can.
    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Run(_input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);

    public Task<string> ReadToEndAsync(CancellationToken cancellationToken) =>
        Task.Run(_input.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);

    // The console's own stream shows what it reads, even when the terminal does not.
    private static Stream OpenInput() =>
        OperatingSystem.IsWindows()
            ? Console.OpenStandardInput()
            : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    public void Dispose() => _input.Dispose();

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
}
