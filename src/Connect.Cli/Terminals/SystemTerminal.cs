using System.Text;

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
        _input = new StreamReader(Console.OpenStandardInput(), utf8);
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool CanAsk => !Console.IsInputRedirected;

    public string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // A blocked read of a terminal cannot be cancelled: the wait can.
    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Run(_input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);

    public Task<string> ReadToEndAsync(CancellationToken cancellationToken) =>
        Task.Run(_input.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);

    public void Dispose() => _input.Dispose();

    public string ReadPassword(string question)
    {
        Error.Write(question);
        var password = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                password.Length = Math.Max(0, password.Length - 1);
            }
            else if (key.KeyChar >= ' ')
            {
                password.Append(key.KeyChar);
            }
        }

        Error.WriteLine();
        return password.ToString();
    }
}
