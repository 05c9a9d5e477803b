namespace Connect.Cli.Terminals;

/// <summary>Where a command reads and writes.</summary>
internal interface ITerminal
{
    /// <summary>Results.</summary>
    TextWriter Out { get; }

    /// <summary>Everything else: errors, the state of the connection, questions.</summary>
    TextWriter Error { get; }

    /// <summary>Whether a person can be asked.</summary>
    bool CanAsk { get; }

    /// <summary>Whether input and output are a terminal that can show a full screen.</summary>
    bool HasScreen { get; }

    /// <summary>Takes over the whole terminal until disposed.</summary>
    /// <param name="signals">Ctrl-C and Ctrl-Z stay signals; otherwise they are keys like any other.</param>
    IScreenTerminal OpenScreen(bool signals = false);

    /// <summary>The value of an environment variable; null when it is unset or empty.</summary>
    string? Variable(string name);

    /// <summary>The next line of input; null at the end.</summary>
    Task<string?> ReadLineAsync(CancellationToken cancellationToken);

    /// <summary>All input up to its end.</summary>
    Task<string> ReadToEndAsync(CancellationToken cancellationToken);

    /// <summary>Asks for a password without echoing it.</summary>
    Task<string> ReadPasswordAsync(string question, CancellationToken cancellationToken);
}

/// <summary>A terminal that delivers each key as it is pressed and shows only what is written to it.</summary>
internal interface IScreenTerminal : IDisposable
{
    /// <summary>Writes to the terminal unchanged.</summary>
    TextWriter Out { get; }

    /// <summary>The current columns and lines.</summary>
    (int Width, int Height) Size { get; }

    /// <summary>The size has changed.</summary>
    event EventHandler? Resized;

    /// <summary>Reads the bytes of the keys pressed; returns 0 at the end.</summary>
    Task<int> ReadAsync(byte[] buffer);
}
