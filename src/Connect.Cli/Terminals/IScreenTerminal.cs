namespace Connect.Cli.Terminals;

/// <summary>A terminal that gives each key as it is pressed and shows only what is written; until disposed.</summary>
internal interface IScreenTerminal : IDisposable
{
    /// <summary>Goes to the terminal as it is.</summary>
    TextWriter Out { get; }

    /// <summary>Columns and lines now.</summary>
    (int Width, int Height) Size { get; }

    /// <summary>The size is another.</summary>
    event EventHandler? Resized;

    /// <summary>The bytes of the keys; 0 at the end.</summary>
    Task<int> ReadAsync(byte[] buffer);
}
