using Connect.Cli.Screens.Keys;
using Connect.Cli.Terminals;

namespace Connect.Cli.Lines;

/// <summary>
/// Line mode in a terminal: the line being written stays whole at the bottom, whatever is printed meanwhile. It knows
/// of each key, so that it can be told that somebody types. All members may be used from any thread.
/// </summary>
internal sealed class LineConsole : IDisposable
{
    private readonly IScreenTerminal _terminal;
    private readonly KeyReader _keys;
    private readonly LineFooter _footer = new();
    private readonly Lock _gate = new();
    private IAsyncEnumerator<Key>? _pressed;

    public LineConsole(IScreenTerminal terminal, TimeProvider time)
    {
        _terminal = terminal;
        _keys = new(terminal, time);
        Out = TextWriter.Synchronized(new LineWriter(Print));
        _terminal.Resized += OnResized;
        Write(_footer.Redraw);
    }

    /// <summary>Each line goes above the one being written.</summary>
    public TextWriter Out { get; }

    /// <summary>Told when the draft changed: whether there is one.</summary>
    public Action<bool>? Typed { get; set; }

    /// <summary>A line above the draft that comes and goes.</summary>
    public void SetStatus(string status)
    {
        Write(width =>
        {
            _footer.Status = status;
            return _footer.Redraw(width);
        });
    }

    /// <summary>The next line that was written; null at the end of the input (Ctrl-D in an empty line).</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        _pressed ??= _keys.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await _pressed.MoveNextAsync())
        {
            switch (_pressed.Current)
            {
                case { Kind: KeyKind.Enter, Alt: false }:
                    return Take();
                case { Kind: KeyKind.Control, Text: "d" } when _footer.Draft.IsEmpty:
                    return null;
                case var key:
                    Press(key);
                    break;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _terminal.Resized -= OnResized;
        Write(_ => _footer.Erase());
        _terminal.Dispose();
    }

    private string Take()
    {
        var line = _footer.Draft.Text;
        Write(width =>
        {
            _footer.Draft.Clear();
            return line.Length == 0 ? _footer.Redraw(width) : _footer.Print("› " + Shown(line), width);
        });
        return line;
    }

    private static string Shown(string line) => Screens.Drawing.SafeText.Clean(line);

    private void Press(Key key)
    {
        var before = _footer.Draft.Text;
        Write(width =>
        {
            _footer.Draft.Press(key);
            return _footer.Redraw(width);
        });
        if (_footer.Draft.Text != before)
        {
            Typed?.Invoke(!_footer.Draft.IsEmpty);
        }
    }

    private void Print(string line) => Write(width => _footer.Print(line, width));

    private void OnResized(object? sender, EventArgs args) => Write(_footer.Redraw);

    private void Write(Func<int, string> page)
    {
        lock (_gate)
        {
            _terminal.Out.Write(page(_terminal.Size.Width));
            _terminal.Out.Flush();
        }
    }
}
