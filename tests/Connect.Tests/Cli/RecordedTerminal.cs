using Connect.Cli.Terminals;

namespace Connect.Tests.Cli;

/// <summary>A terminal without input, whose output a test reads.</summary>
internal sealed class RecordedTerminal(string? password = null) : ITerminal
{
    public Dictionary<string, string> Variables { get; } = [];

    public TextWriter Out { get; } = new StringWriter();

    public TextWriter Error { get; } = new StringWriter();

    public List<string> Questions { get; } = [];

    public bool CanAsk => password is not null;

    public bool HasScreen => false;

    public IScreenTerminal OpenScreen(bool signals = false) => throw new NotSupportedException("There is no screen.");

    public string? Variable(string name) => Variables.GetValueOrDefault(name);

    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<string> ReadToEndAsync(CancellationToken cancellationToken) => Task.FromResult("");

    public Task<string> ReadPasswordAsync(string question, CancellationToken cancellationToken)
    {
        Questions.Add(question);
        return Task.FromResult(password!);
    }
}
