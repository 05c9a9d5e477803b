using System.Text;
using Connect.Cli.Drawing;
using Connect.Cli.Keys;
using Connect.Cli.Terminals;
using Connect.Cli.Words;
using Connect.Protocol;

namespace Connect.Cli.Lines;

/// <summary>
/// Line mode in a terminal: the line being typed stays intact at the bottom, whatever is printed above it. It sees each
/// key, so it can report typing. Thread-safe.
/// </summary>
internal sealed class LineConsole : IDisposable
{
    private readonly IScreenTerminal _terminal;
    private readonly KeyReader _keys;
    private readonly LineFooter _footer = new();
    private readonly Lock _gate = new();
    private IAsyncEnumerator<Key>? _pressed;
    private string _status = "";
    private string _notice = "";

    public LineConsole(IScreenTerminal terminal, TimeProvider time)
    {
        _terminal = terminal;
        _keys = new(terminal, time);
        Out = TextWriter.Synchronized(new LineWriter(Print));
        _terminal.Resized += OnResized;
        Write(Redraw);
    }

    /// <summary>
    /// The maximum size of a line, in bytes of UTF-8; a longer one is not taken and stays in the draft.
    /// </summary>
    public Func<int> TextBytes { get; init; } = () => ProtocolLimits.TextBytes;

    /// <summary>Prints lines above the one being typed.</summary>
    public TextWriter Out { get; }

    /// <summary>Called when the draft changes, with whether there is one.</summary>
    public Action<bool>? Typed { get; set; }

    /// <summary>Sets the status line above the draft; empty = none.</summary>
    public void SetStatus(string status) =>
        Write(width =>
        {
            _status = status;
            return Redraw(width);
        });

    /// <summary>The next line typed; null at the end of the input (Ctrl-D on an empty line).</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        _pressed ??= _keys.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await _pressed.MoveNextAsync())
        {
            switch (_pressed.Current)
            {
                case { Kind: KeyKind.Enter, Alt: false }
                    when SizeWords.TooLong(_footer.Draft.Text, TextBytes()) is { } why:
                    Notify($"Not sent: {why}");
                    break;
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
            _notice = "";
            _footer.Status = _status;
            return line.Length == 0 ? _footer.Redraw(width) : _footer.Print("› " + SafeText.Clean(line), width);
        });
        return line;
    }

    private void Press(Key key)
    {
        var before = _footer.Draft.Text;
        Write(width =>
        {
            _footer.Draft.MakeRoomFor(TextBytes());
            _notice = _footer.Draft.Press(key) ? "" : Composer.NoRoom;
            return Redraw(width);
        });
        if (_footer.Draft.Text != before)
        {
            Typed?.Invoke(!_footer.Draft.IsEmpty);
        }
    }

    private void Print(string line) => Write(width => _footer.Print(line, width));

    private void OnResized(object? sender, EventArgs args) => Write(Redraw);

    /// <summary>Shows a line in place of the status, until the next key.</summary>
    private void Notify(string words) =>
        Write(width =>
        {
            _notice = words;
            return Redraw(width);
        });

    private string Redraw(int width)
    {
        _footer.Status = _notice.Length > 0 ? _notice : _status;
        return _footer.Redraw(width);
    }

    private void Write(Func<int, string> page)
    {
        lock (_gate)
        {
            _terminal.Out.Write(page(_terminal.Size.Width));
            _terminal.Out.Flush();
        }
    }
}

/// <summary>Passes on whole lines.</summary>
internal sealed class LineWriter(Action<string> print) : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (value != '\n')
        {
            _line.Append(value);
            return;
        }

        print(_line.ToString().TrimEnd('\r'));
        _line.Clear();
    }

    /// <summary>Prints a text of several lines at once.</summary>
    public override void WriteLine(string? value)
    {
        print(_line.Append(value).ToString());
        _line.Clear();
    }
}
