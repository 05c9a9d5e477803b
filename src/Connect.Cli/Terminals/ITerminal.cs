namespace Connect.Cli.Terminals;

/// <summary>Where a command reads and writes.</summary>
internal interface ITerminal
{
    /// <summary>Results.</summary>
    TextWriter Out { get; }

    /// <summary>Everything else: faults, the state of the connection, questions.</summary>
    TextWriter Error { get; }

    /// <summary>Whether a person can be asked.</summary>
    bool CanAsk { get; }

    /// <summary>Whether input and output are a terminal that can show a full screen.</summary>
    bool HasScreen { get; }

    /// <summary>Takes the whole terminal, until disposed.</summary>
    /// <param name="signals">Ctrl-C and Ctrl-Z are signals as ever; else keys like all others.</param>
    IScreenTerminal OpenScreen(bool signals = false);

    /// <summary>The value of an environment variable; null when it is not set or empty.</summary>
    string? Variable(string name);

    /// <summary>The next line of the input; null at its end.</summary>
    Task<string?> ReadLineAsync(CancellationToken cancellationToken);

    /// <summary>All of the input.</summary>
    Task<string> ReadToEndAsync(CancellationToken cancellationToken);

    /// <summary>Asks for a password without showing it.</summary>
    Task<string> ReadPasswordAsync(string question, CancellationToken cancellationToken);
}
